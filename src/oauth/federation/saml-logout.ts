import type { Profile } from '@node-saml/node-saml'
import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { randomToken } from '../../lib/ids.ts'
import { endSamlSessions, takeSamlSession } from '../../pool/federation/saml-session-store.ts'
import { keepTrip, takeTrip } from '../../pool/federation/trip-store.ts'
import { currentMetadata } from '../../pool/identity-providers/fetch-metadata.ts'
import { findProvider, type IdentityProvider, providersOf } from '../../pool/identity-providers/identity-provider.ts'
import { isTrue } from '../../pool/identity-providers/provider-details.ts'
import { parseXml } from '../../pool/identity-providers/saml-metadata.ts'
import { findPool, type Pool } from '../../pool/pools/pool.ts'
import { type RenderError, showError } from '../error-page.ts'
import type { Form } from '../form.ts'
import { deleteSessionsOf } from '../record-store.ts'
import { sendTo } from '../redirect.ts'
import { browserSession } from '../session.ts'
import type { Surface } from '../surface.ts'
import { acsUrl, logoutUrl } from './addresses.ts'
import { isState } from './arrive.ts'

const loadClient = () => import('./saml-client.ts')

interface LogoutTrip {
  provider: string
  requestId: string
  /** Where the app wants the browser to go; the address has been checked. */
  url: string
}

const tripSeconds = 300

/** The detour to the provider of the browser's session, where its session is to end as well. */
export async function samlDetour(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  pool: Pool,
  url: string,
): Promise<string | undefined> {
  const { proven } = (await browserSession(ctx, koa, surface)) ?? {}
  const { provider: name, session: sessionId } = proven?.factors.find(({ session }) => session) ?? {}
  const provider = name ? await findProvider(ctx, pool, name) : undefined
  if (!sessionId || provider?.type !== 'SAML' || !isTrue(provider.details.IDPSignout)) return undefined
  const session = await takeSamlSession(ctx, pool.id, sessionId)
  if (!session) return undefined

  const { samlClient } = await loadClient()
  const requestId = `_${randomToken(24)}`
  const relayState = randomToken(32)
  const { saml, metadata } = await samlClient(ctx, provider, { acs: acsUrl(surface), requestId, sign: true })
  if (!metadata.logoutUrl) return undefined
  const { nameId: nameID, format: nameIDFormat, ...names } = session
  const user = { issuer: metadata.entityId, nameID, nameIDFormat: nameIDFormat ?? unspecified, ...names } as Profile
  const away = await saml.getLogoutUrlAsync(user, relayState, {})
  const payload: LogoutTrip = { provider: provider.name, requestId, url }
  await keepTrip(ctx, pool.id, 'logout', { id: relayState, payload, seconds: tripSeconds })
  return away
}

const unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'

/** POST /saml2/logout: the provider's answer, or its own request to end a session. */
export async function samlLogout(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  form: Form,
  renderError: RenderError,
): Promise<void> {
  const pool = await findPool(ctx, surface.poolId)
  const response = form.get('SAMLResponse')
  const request = form.get('SAMLRequest')
  const relayState = form.get('RelayState') ?? ''
  if (!pool || !response === !request) return showError(koa, renderError, 'It is no SAML message.')
  const where = response
    ? await leave(ctx, surface, pool, { response, relayState })
    : await endSessions(ctx, surface, pool, { request: request!, relayState })
  if (!where) return showError(koa, renderError, 'The message of the identity provider is not valid.')
  sendTo(koa, where, 303)
}

/** From the provider on to where the app wanted the browser. The session here has ended before. */
async function leave(
  ctx: Context,
  surface: Surface,
  pool: Pool,
  { response, relayState }: { response: string; relayState: string },
): Promise<string | undefined> {
  const trip = isState(relayState) ? await takeTrip<LogoutTrip>(ctx, pool.id, 'logout', relayState) : undefined
  const provider = trip && (await findProvider(ctx, pool, trip.provider))
  const message = await readLogoutMessage(ctx, response, 'LogoutResponse', surface)
  if (!trip || !provider || message?.inResponseTo !== trip.requestId) return undefined
  const { samlClient } = await loadClient()
  const { saml } = await samlClient(ctx, provider, { acs: acsUrl(surface), sign: false })
  try {
    const { loggedOut } = await saml.validatePostResponseAsync({ SAMLResponse: response })
    return loggedOut ? trip.url : undefined
  } catch (error) {
    refused(ctx, provider, error)
    return undefined
  }
}

/** An identity provider may be set up more than once, and does not say through which of them the session began. */
async function endSessions(
  ctx: Context,
  surface: Surface,
  pool: Pool,
  { request, relayState }: { request: string; relayState: string },
): Promise<string | undefined> {
  const message = await readLogoutMessage(ctx, request, 'LogoutRequest', surface)
  const providers = message ? await providersNamed(ctx, pool, message.issuer) : []
  const answers: (string | undefined)[] = []
  for (const provider of providers) answers.push(await endSessionsOf(ctx, surface, provider, { request, relayState }))
  return answers.find((answer) => answer !== undefined)
}

async function endSessionsOf(
  ctx: Context,
  surface: Surface,
  provider: IdentityProvider,
  { request, relayState }: { request: string; relayState: string },
): Promise<string | undefined> {
  const { poolId, name } = provider
  const { samlClient } = await loadClient()
  const { saml, metadata } = await samlClient(ctx, provider, { acs: acsUrl(surface), sign: true })
  if (!metadata.logoutUrl) return undefined
  try {
    const { profile } = await saml.validatePostRequestAsync({ SAMLRequest: request })
    const { nameID, sessionIndex } = profile!
    const users = await endSamlSessions(ctx, poolId, name, { nameId: nameID.trim(), sessionIndex })
    await deleteSessionsOf(ctx, poolId, users)
    return await saml.getLogoutResponseUrlAsync(profile!, relayState.slice(0, 1024), {}, true)
  } catch (error) {
    refused(ctx, provider, error)
    return undefined
  }
}

/** A recent message of this kind for this service. Whether it is its issuer's, the signature has to show. */
async function readLogoutMessage(
  ctx: Context,
  encoded: string,
  kind: string,
  surface: Surface,
): Promise<{ issuer: string; inResponseTo: string | null } | undefined> {
  const document = await parseXml(Buffer.from(encoded, 'base64').toString()).catch(() => undefined)
  const root = document?.documentElement
  if (root?.localName !== kind || root.namespaceURI !== 'urn:oasis:names:tc:SAML:2.0:protocol') return undefined
  const destination = root.getAttribute('Destination')
  if (destination && destination !== logoutUrl(surface)) return undefined
  const age = ctx.clock.now().getTime() - Date.parse(root.getAttribute('IssueInstant') ?? '')
  if (!(Math.abs(age) <= tripSeconds * 1000)) return undefined
  const issuer = root.getElementsByTagNameNS('urn:oasis:names:tc:SAML:2.0:assertion', 'Issuer')[0]?.textContent
  return { issuer: issuer ?? '', inResponseTo: root.getAttribute('InResponseTo') }
}

async function providersNamed(ctx: Context, pool: Pool, entityId: string): Promise<IdentityProvider[]> {
  const named: IdentityProvider[] = []
  for (const provider of await providersOf(ctx, pool))
    if (provider.type === 'SAML' && (await currentMetadata(ctx, provider)).entityId === entityId) named.push(provider)
  return named
}

function refused(ctx: Context, { name, poolId }: IdentityProvider, error: unknown): void {
  ctx.log.warn({ provider: name, poolId, reason: (error as Error).message }, 'a SAML message was refused')
}
