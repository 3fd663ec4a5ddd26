import type { Context } from '../../context.ts'
import { InvalidParameter, LimitExceeded } from '../../model/errors.ts'
import type { ClientExtensions } from '../../model/extensions.ts'
import type { ClientSettings } from '../../model/settings.ts'
import type { Registration } from '../../model/snapshots.ts'
import { providersOf } from '../identity-providers/identity-provider.ts'
import type { Pool } from '../pools/pool.ts'
import { customScopes } from '../resource-servers/scopes.ts'
import { checkSettings } from './check-settings.ts'
import type { Client } from './client.ts'
import { claimClientId, countClients, insertClient, insertClientSecret, loadClient } from './client-store.ts'

export interface NewClient {
  name: string
  settings: ClientSettings
  /** None for a public client. */
  secret: string | undefined
  chosenId?: string
  /** For a client that has registered itself. */
  needsConsent?: boolean
  /** For a client that a document describes. */
  documentUrl?: string
  extensions?: ClientExtensions
  registration?: Registration
  /** Whether the published limit of clients applies, as it always does in a strict installation. */
  limited?: boolean
}

/** @throws InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException, LimitExceededException */
export async function createClient(ctx: Context, pool: Pool, input: NewClient): Promise<Client> {
  const { name, settings, secret } = input
  checkSettings(settings, {
    pool,
    customScopes: [...(await customScopes(ctx, pool))],
    providers: await providersOf(ctx, pool),
    hasSecret: secret !== undefined,
    verb: 'creating',
  })

  const now = ctx.clock.now()
  const client = await ctx.db.transaction().execute(async (trx) => {
    if ((ctx.config.strict || input.limited) && (await countClients(trx, pool.id)) >= ctx.limits.clientsPerPool)
      throw new LimitExceeded('The maximum number of app clients of the user pool is reached.')
    const id = await claimClientId(trx, pool.id, input.chosenId)
    if (!id) throw new InvalidParameter(`The client id ${input.chosenId} is taken.`)
    const { needsConsent, documentUrl, extensions, registration } = input
    const client = { poolId: pool.id, id, name, settings, needsConsent, documentUrl, extensions, registration, now }
    await insertClient(trx, client)
    if (secret !== undefined) await insertClientSecret(trx, ctx, { poolId: pool.id, id }, secret, now)
    return loadClient(ctx, pool.id, id, trx)
  })
  return client!
}
