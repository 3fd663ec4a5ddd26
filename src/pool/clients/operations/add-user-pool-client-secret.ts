import { clientSecret } from '../../../lib/ids.ts'
import { InvalidParameter, LimitExceeded, ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { insertClientSecret, lockClient, updateClient } from '../client-store.ts'
import { secretView } from '../client-view.ts'
import { requireSecretOperations } from '../registration.ts'

export const addUserPoolClientSecret: Handler<'AddUserPoolClientSecret'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const secret = input.ClientSecret ?? clientSecret()
  const now = ctx.clock.now()

  const added = await ctx.db.transaction().execute(async (trx) => {
    const client = await lockClient(trx, ctx, pool.id, input.ClientId)
    if (!client)
      throw new ResourceNotFound(`User pool client ${input.ClientId} does not exist.`, { reason: 'client-not-found' })
    requireSecretOperations(client)
    const newest = client.secrets.at(-1)
    if (!newest) throw new InvalidParameter('A secret can not be added to a client that was created without one.')
    if (client.secrets.length >= ctx.limits.secretsPerClient)
      throw new LimitExceeded(`A client can not have more than ${ctx.limits.secretsPerClient} secrets.`)

    await updateClient(trx, pool.id, client.id, { updated_at: now })
    // Its time is part of a secret's name, so no two of a client share one.
    const createdAt = new Date(Math.max(now.getTime(), newest.createdAt.getTime() + 1))
    return insertClientSecret(trx, ctx, client, secret, createdAt)
  })
  return { ClientSecretDescriptor: secretView(added, input.ClientSecret === undefined ? secret : undefined) }
}
