import type { Trx } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { setIdentifiers } from './provider-store.ts'

/** @throws InvalidParameterException where another provider of the pool has one of them */
export async function claimIdentifiers(trx: Trx, poolId: string, name: string, identifiers: string[]): Promise<void> {
  const [taken] = await setIdentifiers(trx, poolId, name, identifiers)
  if (taken !== undefined)
    throw new InvalidParameter(`The identifier ${taken} belongs to another identity provider of user pool ${poolId}.`)
}
