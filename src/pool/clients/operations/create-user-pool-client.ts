import { clientSecret } from '../../../lib/ids.ts'
import { InvalidParameter, LimitExceeded } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { providerNames } from '../../identity-providers/identity-provider.ts'
import { limits } from '../../limits.ts'
import { requirePool } from '../../pools/pool.ts'
import { listScopesOfPool } from '../../resource-servers/resource-server-store.ts'
import { checkSettings } from '../check-settings.ts'
import { settingsOf } from '../client-settings.ts'
import { claimClientId, countClients, insertClient, insertClientSecret, loadClient } from '../client-store.ts'
import { clientView } from '../client-view.ts'

export const createUserPoolClient: Handler<'CreateUserPoolClient'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  if (input.GenerateSecret && input.ClientSecret !== undefined)
    throw new InvalidParameter('GenerateSecret and ClientSecret can not be specified together.')
  const secret = input.GenerateSecret ? clientSecret() : input.ClientSecret
  const settings = settingsOf(input)
  checkSettings(settings, {
    pool,
    customScopes: await listScopesOfPool(ctx.db, pool.id),
    providers: await providerNames(ctx, pool),
    hasSecret: secret !== undefined,
    verb: 'creating',
  })

  const now = ctx.clock.now()
  const client = await ctx.db.transaction().execute(async (trx) => {
    if (ctx.config.strict && (await countClients(trx, pool.id)) >= limits.clientsPerPool)
      throw new LimitExceeded('The maximum number of app clients of the user pool is reached.')
    const id = await claimClientId(trx, pool.id, ctx.chosenId)
    if (!id) throw new InvalidParameter(`The client id ${ctx.chosenId} is taken.`)
    await insertClient(trx, { poolId: pool.id, id, name: input.ClientName, settings, now })
    if (secret !== undefined) await insertClientSecret(trx, ctx, { poolId: pool.id, id }, secret, now)
    return loadClient(ctx, pool.id, id, trx)
  })
  return { UserPoolClient: clientView(client!) }
}
