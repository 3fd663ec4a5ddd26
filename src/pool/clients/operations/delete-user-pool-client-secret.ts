import { InvalidParameter, ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { deleteClientSecret, lockClient, updateClient } from '../client-store.ts'
import { requireSecretOperations } from '../registration.ts'

export const deleteUserPoolClientSecret: Handler<'DeleteUserPoolClientSecret'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  await ctx.db.transaction().execute(async (trx) => {
    const client = await lockClient(trx, ctx, pool.id, input.ClientId)
    if (!client)
      throw new ResourceNotFound(`User pool client ${input.ClientId} does not exist.`, { reason: 'client-not-found' })
    requireSecretOperations(client)
    if (!client.secrets.some(({ id }) => id === input.ClientSecretId))
      throw new ResourceNotFound(`Client secret ${input.ClientSecretId} does not exist.`)
    if (client.secrets.length === 1) throw new InvalidParameter('The only secret of a client can not be deleted.')

    await deleteClientSecret(trx, pool.id, client.id, input.ClientSecretId)
    await updateClient(trx, pool.id, client.id, { updated_at: ctx.clock.now() })
  })
  return {}
}
