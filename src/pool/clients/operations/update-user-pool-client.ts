import { ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { providersOf } from '../../identity-providers/identity-provider.ts'
import { registrationScope } from '../../pools/client-registration.ts'
import { requirePool } from '../../pools/pool.ts'
import { customScopes as scopesOfPool } from '../../resource-servers/scopes.ts'
import { checkSettings } from '../check-settings.ts'
import { settingsOf } from '../client-settings.ts'
import { loadClient, lockClient, updateClient } from '../client-store.ts'
import { clientView } from '../client-view.ts'
import { isRegistered } from '../registration.ts'

/**
 * An administrator who updates a client that has registered itself approves of it: it asks its users no more, and can
 * no longer change itself.
 * What is left out goes back to its default, but for the name and the rotation of refresh tokens, which stay.
 */
export const updateUserPoolClient: Handler<'UpdateUserPoolClient'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const scopes = [...(await scopesOfPool(ctx, pool))]
  const providers = await providersOf(ctx, pool)

  const updated = await ctx.db.transaction().execute(async (trx) => {
    const client = await lockClient(trx, ctx, pool.id, input.ClientId)
    if (!client)
      throw new ResourceNotFound(`User pool client ${input.ClientId} does not exist.`, { reason: 'client-not-found' })

    const RefreshTokenRotation = input.RefreshTokenRotation ?? client.settings.RefreshTokenRotation
    const { ClientType } = client.settings
    const settings = { ...settingsOf({ ...input, RefreshTokenRotation }), ClientType }
    const customScopes = isRegistered(client) ? scopes.filter((scope) => scope !== registrationScope) : scopes
    checkSettings(settings, { pool, customScopes, providers, hasSecret: client.secrets.length > 0, verb: 'updating' })
    const updated_at = ctx.clock.now()
    await updateClient(trx, pool.id, client.id, {
      name: input.ClientName ?? client.name,
      settings,
      needs_consent: false,
      registration: null,
      updated_at,
    })
    return loadClient(ctx, pool.id, client.id, trx)
  })
  return { UserPoolClient: clientView(ctx, updated!) }
}
