import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { randomToken } from '../../lib/ids.ts'
import { providersOfClient, wantedProvider } from '../../pool/clients/client-providers.ts'
import { keepSamlSession } from '../../pool/federation/saml-session-store.ts'
import { signInFederated } from '../../pool/federation/sign-in-federated.ts'
import { keepTrip, takeTrip } from '../../pool/federation/trip-store.ts'
import { beginsSignIns } from '../../pool/identity-providers/provider-details.ts'
import type { Proven } from '../../pool/tokens/proven.ts'
import { findUserById } from '../../pool/users/user-store.ts'
import { findApp } from '../app.ts'
import { type RenderError, showError } from '../error-page.ts'
import { type AuthorizationRequest, finishRequest } from '../interaction.ts'
import { sendTo } from '../redirect.ts'
import type { Surface } from '../surface.ts'
import { acsUrl } from './addresses.ts'
import { observeArrival } from './arrive.ts'
import { samlArrival } from './saml.ts'
import { errorForApp } from './tell-app.ts'

/** A parameter of the app's request: the id of a sign-in that is already done. */
export const arrivedAs = 'idp_response'

interface Arrived {
  clientId: string
  userId: string
  proven: Proven
}

const seconds = 60
const passedOn = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce']

/**
 * A sign-in that the provider has started: RelayState names the app. The browser then makes the app's own request,
 * which checks where it may end. Nobody can tell who wanted the sign-in, so only providers that are set up for this may
 * start one, for apps that offer no other way to sign in.
 */
export async function arriveUnasked(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  { response, relayState, renderError }: { response: string; relayState: string; renderError: RenderError },
): Promise<void> {
  const relay = new URLSearchParams(relayState)
  const one = (name: string): string | undefined => (relay.getAll(name).length === 1 ? relay.get(name)! : undefined)
  const found = await findApp(ctx, one('client_id'), surface.poolId)
  if (found?.pool.id !== surface.poolId || one('response_type') !== 'code')
    return showError(
      koa,
      renderError,
      'The sign-in has expired, or the identity provider did not say which app it is for.',
    )
  const { pool, client } = found
  const names = { name: one('identity_provider'), identifier: one('idp_identifier') }
  const provider = await wantedProvider(ctx, pool, client, names)
  const offered = await providersOfClient(ctx, pool, client)
  const mixed =
    client.settings.SupportedIdentityProviders?.includes('COGNITO') || offered.some((o) => o.type !== 'SAML')
  if (typeof provider !== 'object' || !beginsSignIns(provider) || mixed)
    return showError(koa, renderError, 'A sign-in with this app can not begin at the identity provider.')

  try {
    const { user, proven } = await observeArrival(ctx, found, provider, async () => {
      const profile = await samlArrival(ctx, provider, { response, acs: acsUrl(surface) })
      const result = await signInFederated(ctx, pool, client, profile)
      const { session: id, samlSession: session } = profile
      await keepSamlSession(ctx, pool.id, { id, userId: result.user.id, provider: provider.name, session })
      return result
    })
    const id = randomToken(32)
    const payload: Arrived = { clientId: client.id, userId: user.id, proven }
    await keepTrip(ctx, pool.id, 'arrived', { id, payload, seconds })
    const query = new URLSearchParams({ [arrivedAs]: id })
    for (const name of passedOn) if (one(name) !== undefined) query.set(name, one(name)!)
    sendTo(koa, `${surface.base}/oauth2/authorize?${query}`, 303)
  } catch (thrown) {
    const { description: message, reason } = errorForApp(ctx, koa, provider, thrown)
    return showError(koa, renderError, { message, reason })
  }
}

/** False where there is no such sign-in, or it was for another app. */
export async function finishArrived(
  ctx: Context,
  koa: ParameterizedContext,
  request: AuthorizationRequest,
  id: string,
): Promise<boolean> {
  const { pool, client } = request
  const arrived = id.length <= 64 ? await takeTrip<Arrived>(ctx, pool.id, 'arrived', id) : undefined
  const user = arrived?.clientId === client.id ? await findUserById(ctx.db, pool.id, arrived.userId) : undefined
  if (!arrived || !user?.enabled) return false
  await finishRequest(ctx, koa, request, { user, proven: arrived.proven })
  return true
}
