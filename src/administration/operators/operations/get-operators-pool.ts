import { findPool } from '../../../pool/pools/pool.ts'
import type { OwnHandler } from '../../handler.ts'
import { findOperatorsPool } from '../operator-store.ts'

export const getOperatorsPool: OwnHandler<'GetOperatorsPool'> = async (_, ctx) => {
  const id = await findOperatorsPool(ctx.db)
  const pool = id === undefined ? undefined : await findPool(ctx, id)
  return { UserPoolId: pool?.id }
}
