import { ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { deleteClient } from '../client-store.ts'

export const deleteUserPoolClient: Handler<'DeleteUserPoolClient'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const deleted = await ctx.db.transaction().execute((trx) => deleteClient(trx, pool.id, input.ClientId))
  if (!deleted)
    throw new ResourceNotFound(`User pool client ${input.ClientId} does not exist.`, { reason: 'client-not-found' })
  return {}
}
