import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { providersOfClient } from '../../pool/clients/client-providers.ts'
import { observeResult } from '../../pool/clients/observe-result.ts'
import type { Owner } from '../../pool/clients/owner.ts'
import { keepSamlSession } from '../../pool/federation/saml-session-store.ts'
import { signInFederated } from '../../pool/federation/sign-in-federated.ts'
import { findTrip, takeTrip } from '../../pool/federation/trip-store.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import type { Proven } from '../../pool/tokens/proven.ts'
import type { User } from '../../pool/users/user.ts'
import { type RenderError, showError } from '../error-page.ts'
import { type AuthorizationRequest, abortRequest, currentRequest, finishRequest } from '../interaction.ts'
import type { Surface } from '../surface.ts'
import { acsUrl, callbackUrl } from './addresses.ts'
import { oidcArrival } from './oidc.ts'
import { samlArrival } from './saml.ts'
import { errorForApp } from './tell-app.ts'
import { type Trip, tripLimit } from './trip.ts'

/** The protocol of a provider's answer. */
export type Way = 'oauth' | 'saml'

const expired = 'The sign-in has expired, or this browser did not begin it. Please go back to the app and try again.'

/**
 * A browser comes back from a provider:
 *   1. its answer names a trip            else it is not ours
 *   2. which this very browser began      else another site has sent it here
 *   3. recently, and has not come back from yet
 *   4. and the provider of that trip has signed in a user
 */
export async function arrive(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  { way, answer, renderError }: { way: Way; answer: URLSearchParams; renderError: RenderError },
): Promise<void> {
  const [state = '', ...more] = answer.getAll(way === 'saml' ? 'RelayState' : 'state')
  const known = isState(state) && more.length === 0 && (await findTrip<Trip>(ctx, surface.poolId, 'trip', state))
  const request = known ? await currentRequest(ctx, koa, surface, known.uid) : undefined
  const trip = request && (await takeTrip<Trip>(ctx, surface.poolId, 'trip', state))
  if (!request || !trip) return showError(koa, renderError, expired)

  const offered = await providersOfClient(ctx, request.pool, request.client)
  const provider = offered.find(({ name, type }) => name === trip.provider && (type === 'SAML') === (way === 'saml'))
  if (!provider) return showError(koa, renderError, 'The identity provider is not one of this app any more.')
  if (ctx.clock.now().getTime() - trip.startedAt > tripLimit * 1000)
    return showError(koa, renderError, 'Something went wrong: the sign-in took too long. Please try again.')

  let result: { user: User; proven: Proven }
  try {
    result = await observeArrival(ctx, request, provider, () =>
      signIn(ctx, surface, request, provider, { way, answer, state, trip }),
    )
  } catch (thrown) {
    return abortRequest(ctx, koa, request, errorForApp(ctx, koa, provider, thrown))
  }
  await finishRequest(ctx, koa, request, result)
}

/** Counts how a provider's answer ended. A success is counted where the app's tokens are issued. */
export function observeArrival<T>(
  ctx: Context,
  { pool, client }: Owner,
  provider: IdentityProvider,
  run: () => Promise<T>,
): Promise<T> {
  const owner = { poolId: pool.id, clientId: client.id }
  return observeResult(run, (result) => {
    ctx.observe('call', { ...owner, category: 'UserFederation', result })
    if (result !== 'success') ctx.observe('federation', { ...owner, provider: provider.name, result })
  })
}

/** As they are made here; anything else is not looked up. */
export const isState = (value: string): boolean => /^[\w-]{43}$/.test(value)

async function signIn(
  ctx: Context,
  surface: Surface,
  { pool, client }: AuthorizationRequest,
  provider: IdentityProvider,
  { way, answer, state, trip }: { way: Way; answer: URLSearchParams; state: string; trip: Trip },
): Promise<{ user: User; proven: Proven }> {
  if (way === 'oauth') {
    const profile = await oidcArrival(ctx, provider, { state, trip, redirectUri: callbackUrl(surface), answer })
    return signInFederated(ctx, pool, client, profile)
  }
  const response = answer.get('SAMLResponse') ?? ''
  const profile = await samlArrival(ctx, provider, { response, acs: acsUrl(surface), requestId: trip.requestId })
  const result = await signInFederated(ctx, pool, client, profile)
  const { session: id, samlSession: session } = profile
  await keepSamlSession(ctx, pool.id, { id, userId: result.user.id, provider: provider.name, session })
  return result
}
