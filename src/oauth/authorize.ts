import type { ParameterizedContext } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Context } from '../context.ts'
import type { Client } from '../pool/clients/client.ts'
import { wantedProvider } from '../pool/clients/client-providers.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { ssoSessionId } from '../pool/sessions/session-id.ts'
import { issueTokens } from '../pool/tokens/issue-tokens.ts'
import { isFunctionError } from '../pool/triggers/call-trigger.ts'
import type { User } from '../pool/users/user.ts'
import { findApp } from './app.ts'
import { engineQuery, RequestRefused } from './authorization-request.ts'
import { cookiesOf, dropCookie, requestCookies } from './cookies.ts'
import { begunRequest, engineOf, type Outcome, providerOfRequest, runEngine } from './engine.ts'
import { clientOfRequest } from './engine-adapter.ts'
import { type RenderError, requestOver, showError, unknownApp, unknownRedirectUri } from './error-page.ts'
import { arrivedAs, finishArrived } from './federation/arrive-unasked.ts'
import { depart } from './federation/depart.ts'
import { appUrl, refusalUrl, sendTo } from './redirect.ts'
import { hideSessionCookie, nonceFor, unpackProven } from './session.ts'
import type { Surface } from './surface.ts'

const maxQueryLength = 8192
const noPool = 'The user pool does not exist.'

/** GET /oauth2/authorize: to the app at once where the browser is signed in, else to the login page. */
export async function authorize(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  renderError: RenderError,
): Promise<void> {
  if (koa.querystring.length > maxQueryLength) return showError(koa, renderError, 'The request is too long.', 414)
  const query = new URLSearchParams(koa.querystring)
  const client = await requestingClient(ctx, surface, query)
  if (!client) {
    if (!(await findPool(ctx, surface.poolId))) return showError(koa, renderError, noPool, 404)
    return showError(koa, renderError, unknownApp)
  }
  const redirectUri = registeredUri(client.client, query)
  if (!redirectUri) {
    return showError(koa, renderError, unknownRedirectUri)
  }

  query.set('redirect_uri', redirectUri)
  const { pool } = client
  const state = query.get('state') ?? undefined
  const arrived = query.get(arrivedAs)
  query.delete(arrivedAs)
  const provider = arrived ? undefined : await wantedProvider(ctx, pool, client.client, namesIn(query))
  if (provider === 'not offered')
    return showError(koa, renderError, 'Login option is not available. Please try another one.')
  let engine: URLSearchParams
  try {
    engine = await engineQuery(ctx, pool, client.client, query)
  } catch (refused) {
    if (!(refused instanceof RequestRefused)) throw refused
    return sendTo(koa, refusalUrl(redirectUri, refused, { response_type: query.get('response_type'), state }))
  }
  clientOfRequest.set(koa.req, client.client)
  if (typeof provider === 'object') providerOfRequest.set(koa.req, provider.name)
  // Who has just come from a provider is not who may have been here before.
  if (arrived) engine.set('prompt', 'login')
  const outcome = await runEngine(await engineOf(ctx, pool, surface), koa, surface, `/oauth2/authorize?${engine}`)
  const uid = outcome ? undefined : begunRequest(koa)
  if (uid && (arrived || typeof provider === 'object')) {
    const request = { uid, ...client, surface, parameters: Object.fromEntries(query), redirectOrigin: '' }
    if (typeof provider === 'object') return depart(ctx, koa, request, provider)
    if (await finishArrived(ctx, koa, request, arrived!)) return
  }
  await answer(ctx, koa, pool, outcome, { redirectUri, state })
}

const namesIn = (query: URLSearchParams) => ({
  name: query.get('identity_provider') ?? undefined,
  identifier: query.get('idp_identifier') ?? undefined,
})

/** GET /oauth2/authorize/{uid}: where the login pages send the browser when they are done. */
export async function resume(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  renderError: RenderError,
): Promise<void> {
  const pool = await findPool(ctx, surface.poolId)
  if (!pool) return showError(koa, renderError, noPool, 404)
  // A sign-in makes a session of its own. Where somebody is signed in already, the engine would ask about it first.
  hideSessionCookie(koa, surface)
  const uid = surface.path.split('/').at(-1)!
  const outcome = await runEngine(await engineOf(ctx, pool, surface), koa, surface, `/oauth2/authorize/${uid}`)

  const jar = cookiesOf(surface)
  for (const [name, value] of requestCookies(koa, jar)) if (value === uid) dropCookie(koa, jar, name)
  const { redirect_uri, state } = (koa as KoaContextWithOIDC).oidc.params ?? {}
  if (outcome && typeof redirect_uri !== 'string') return showError(koa, renderError, requestOver)
  await answer(ctx, koa, pool, outcome, { redirectUri: redirect_uri as string, state: state as string | undefined })
}

async function answer(
  ctx: Context,
  koa: ParameterizedContext,
  pool: Pool,
  outcome: Outcome | undefined,
  { redirectUri, state }: { redirectUri: string; state: string | undefined },
): Promise<void> {
  // On the way to the login page.
  if (!outcome) return sendTo(koa, koa.response.get('Location'))
  if (outcome.kind === 'refused') {
    const { error, description } = outcome
    const refusal = { error, description: error === 'invalid_request' ? description : undefined }
    return sendTo(koa, refusalUrl(redirectUri, refusal, { response_type: responseType(koa), state }))
  }
  const { oidc } = koa as KoaContextWithOIDC
  if (oidc.params!.response_type === 'code') return sendTo(koa, appUrl(redirectUri, { code: outcome.code, state }))
  const tokens = await implicitTokens(ctx, pool, oidc).catch(asRefusal)
  sendTo(koa, appUrl(redirectUri, { ...tokens, state }, '#'))
}

/** As the app asked: an implicit request runs as `none`. */
function responseType(koa: ParameterizedContext): 'code' | 'token' {
  const { oidc } = koa as KoaContextWithOIDC
  return oidc.params?.response_type === 'none' ? 'token' : 'code'
}

/** The pool's function would have none of these tokens, and says so to the app. */
function asRefusal(error: unknown) {
  if (isFunctionError(error)) return { error: 'invalid_request', error_description: error.message }
  throw error
}

async function implicitTokens(ctx: Context, pool: Pool, oidc: KoaContextWithOIDC['oidc']) {
  const found = await findApp(ctx, oidc.client!.clientId)
  if (found?.pool.id !== pool.id) throw new Error('A client went away within its request')
  const proven = unpackProven(oidc.session!.amr)
  const tokens = await issueTokens(ctx, {
    pool,
    client: found.client,
    user: (oidc.account as unknown as { user: User }).user,
    proven,
    scope: oidc.params!.scope as string,
    nonce: nonceFor(proven, oidc.params!.nonce as string | undefined),
    resource: oidc.params!.audience as string | undefined,
    surface: 'oauth',
    originSessionId: ssoSessionId(ctx, pool.id, oidc.session!.uid),
    withRefreshToken: false,
    source: 'TokenGeneration_HostedAuth',
  })
  return {
    id_token: tokens.idToken,
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresIn,
  }
}

async function requestingClient(
  ctx: Context,
  surface: Surface,
  query: URLSearchParams,
): Promise<{ pool: Pool; client: Client } | undefined> {
  const [id, ...more] = query.getAll('client_id')
  if (more.length > 0) return undefined
  const found = await findApp(ctx, id)
  return found?.pool.id === surface.poolId ? found : undefined
}

/**
 * Character by character: every other way of comparing has been a hole somewhere. A request that names none goes to the
 * client's default, or to its only one.
 */
function registeredUri({ settings }: Client, query: URLSearchParams): string | undefined {
  const { CallbackURLs = [], DefaultRedirectURI } = settings
  const [uri, ...more] = query.getAll('redirect_uri')
  if (more.length > 0) return undefined
  if (uri === undefined) return DefaultRedirectURI ?? (CallbackURLs.length === 1 ? CallbackURLs[0] : undefined)
  return CallbackURLs.find((registered) => registered === uri)
}
