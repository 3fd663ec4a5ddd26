import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { randomToken } from '../../lib/ids.ts'
import { keepTrip } from '../../pool/federation/trip-store.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { type AuthorizationRequest, abortRequest } from '../interaction.ts'
import { sendTo } from '../redirect.ts'
import { acsUrl, callbackUrl } from './addresses.ts'
import { oidcDeparture } from './oidc.ts'
import { samlDeparture } from './saml.ts'
import { errorForApp } from './tell-app.ts'
import { type Trip, tripRetention } from './trip.ts'

/** Sends the browser to the provider. The answer is only good for this request and this browser. */
export async function depart(
  ctx: Context,
  koa: ParameterizedContext,
  request: AuthorizationRequest,
  provider: IdentityProvider,
): Promise<void> {
  const { pool, surface, uid, parameters } = request
  const state = randomToken(32)
  let departure: { url: URL; trip: Partial<Trip> }
  try {
    departure =
      provider.type === 'SAML'
        ? await samlDeparture(ctx, provider, { state, acs: acsUrl(surface), parameters })
        : await oidcDeparture(ctx, pool, provider, { state, redirectUri: callbackUrl(surface), parameters })
  } catch (thrown) {
    return abortRequest(ctx, koa, request, errorForApp(ctx, koa, provider, thrown))
  }
  const { url, trip } = departure
  const payload: Trip = { uid, provider: provider.name, startedAt: ctx.clock.now().getTime(), ...trip }
  await keepTrip(ctx, pool.id, 'trip', { id: state, payload, seconds: tripRetention })
  sendTo(koa, url.href)
}
