import type { Handler } from '../../handler.ts'
import { changeDomain } from '../change-domain.ts'
import { deleteDomain } from '../domain-store.ts'

export const deleteUserPoolDomain: Handler<'DeleteUserPoolDomain'> = async (input, ctx) => {
  const { UserPoolId, Domain } = input
  await changeDomain(ctx, UserPoolId!, Domain!, (trx, pool) => deleteDomain(trx, pool.id, Domain!))
  return {}
}
