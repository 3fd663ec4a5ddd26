import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn, offersAccountPage } from '../model/extensions.ts'
import { wantedProvider } from '../pool/clients/client-providers.ts'
import { mustPush, mustSign } from '../pool/clients/fapi2.ts'
import type { Owner } from '../pool/clients/owner.ts'
import type { IdentityProvider } from '../pool/identity-providers/identity-provider.ts'
import { findPool } from '../pool/pools/pool.ts'
import { accountUri } from './account.ts'
import { answerApp } from './answer-app.ts'
import { findApp, isClientId, isOffered } from './app.ts'
import { engineQuery, mayRequestType, RequestRefused } from './authorization-request.ts'
import { resolveDocument } from './client-document.ts'
import { pageQuery, runEngine } from './engine.ts'
import type { EngineRun } from './engine-run.ts'
import {
  type PageError,
  type RenderError,
  requestOver,
  showError,
  unknownApp,
  unknownRedirectUri,
  unregistered,
} from './error-page.ts'
import { arrivedAs, finishArrived } from './federation/arrive-unasked.ts'
import { depart } from './federation/depart.ts'
import { findOwnerAndRecord } from './find-record-store.ts'
import { currentRequest, requestOf } from './interaction.ts'
import { insertRecord } from './new-record-store.ts'
import { isPushed, pulledRequest } from './pushed-request.ts'
import { maxQueryLength, queryOrForm } from './query-or-form.ts'
import type { OAuthRecord } from './record.ts'
import { type AppTarget, answerTo, refusalAnswer, sendTo } from './redirect.ts'
import { registeredUri } from './registered-uri.ts'
import { referencedRequest } from './request-by-reference.ts'
import { openedRequest } from './request-object.ts'
import { sessionKey } from './session.ts'
import type { Surface } from './surface.ts'

/**
 * What happens to a request at /oauth2/authorize, in this order. The first step with an answer ends it.
 *
 *   step                               what ends it                                     where the browser goes
 *   `requireApp`                       length, client_id, redirect_uri, provider        an error page: no app to return to
 *   `parameterChecks`                  what the service refuses beyond the engine       the app, with an error
 *   the engine: `engineChecks`         what OAuth and OpenID Connect refuse             the app, with an error
 *   the engine: prompt, session        prompt=login, select_account, nobody signed in   the login page, or a provider;
 *   `signInReasons`                    max_age, acr_values, provider, age               with prompt=none: the app
 *   the engine: `asksConsent`          an app that registered itself, not yet allowed   the consent page
 *   the engine                         granted                                          the app, with a code or tokens
 *
 * On the pages it is an `AuthorizationRequest`. Once the user has signed in there, `finishRequest` runs the engine
 * again over the stored request, and the answer to the form leads to the app. A request that waits is one record, written
 * here and deleted there, by the statement that writes session and code.
 */
export async function authorize(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  renderError: RenderError,
): Promise<void> {
  const read = await readRequest(ctx, koa, surface)
  if (!read) return showError(koa, renderError, requestOver)
  const { query, isSigned } = read
  const arrived = query.get(arrivedAs) ?? undefined
  query.delete(arrivedAs)
  const found = await requireApp(ctx, koa, surface, query)
  if ('refused' in found) return showError(koa, renderError, found.refused, found.status)
  const { pool, client, redirectUri, session } = found
  query.set('redirect_uri', redirectUri)
  const target = targetOf(query)
  if (mustPush(pool, client) && !isPushed(query)) return answerTo(koa, { ctx, pool, client }, target, notPushed)
  // A browser that has just come from a provider is not sent to one again.
  const provider = arrived ? undefined : await wantedProvider(ctx, pool, client, namesIn(query))
  if (provider === 'not offered') return showError(koa, renderError, notOffered)
  const named = typeof provider === 'object' ? provider : undefined

  const engine = await checkedQuery(ctx, found, query, isSigned).catch(asRefusal)
  if (engine instanceof RequestRefused) return answerTo(koa, { ctx, pool, client }, target, refusalAnswer(engine))
  // Whoever was signed in before does not matter.
  if (arrived) engine.set('prompt', 'login')

  const run: EngineRun = { ctx, pool, client, provider: named?.name, known: session ? [session] : [], stored: [] }
  const outcome = await runEngine(koa, surface, run, `/oauth2/authorize?${engine}`)
  for (const record of run.stored) await insertRecord(ctx, record)
  if (outcome.kind === 'asks' && (await goOn(ctx, koa, surface, run, { arrived, provider: named }))) return
  await answerApp(koa, run, outcome, target)
}

/** Undefined for a pushed request that is over. A client whose document can't be read stays unknown. */
async function readRequest(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
): Promise<{ query: URLSearchParams; isSigned: boolean } | undefined> {
  const sent = await queryOrForm(koa)
  await resolveDocument(ctx, koa, surface.poolId, sent)
  const query = await (isPushed(sent) ? pulledRequest(ctx, koa, surface, sent) : withObject(ctx, surface, sent))
  // A pushed request that had to be signed was refused when it was pushed.
  return query && { query, isSigned: query !== sent }
}

/** A signed request is opened first: its redirect_uri is inside. */
async function withObject(ctx: Context, { poolId }: Surface, query: URLSearchParams): Promise<URLSearchParams> {
  const isReferenced = query.has('request_uri')
  if (!isReferenced && query.getAll('request').length !== 1) return query
  const found = await findApp(ctx, query.get('client_id') ?? undefined, poolId)
  if (found?.pool.id !== poolId) return query
  return isReferenced ? referencedRequest(ctx, found, query) : openedRequest(ctx, found, query)
}

/** @throws RequestRefused */
async function checkedQuery(
  ctx: Context,
  found: Found,
  query: URLSearchParams,
  isSigned: boolean,
): Promise<URLSearchParams> {
  const { pool, client, isOwnPage } = found
  const engine = await engineQuery(ctx, pool, client, query)
  if (isOwnPage) return engine
  if (!mayRequestType(client, query)) throw new RequestRefused('unauthorized_client')
  if (mustSign(pool, client) && !isSigned) throw new RequestRefused('invalid_request', 'this app signs its requests')
  return engine
}

function asRefusal(refused: unknown): RequestRefused {
  if (refused instanceof RequestRefused) return refused
  throw refused
}

const targetOf = (query: URLSearchParams): AppTarget => ({
  redirect_uri: query.get('redirect_uri')!,
  response_type: query.get('response_type') ?? undefined,
  response_mode: query.get('response_mode') ?? undefined,
  state: query.get('state') ?? undefined,
})

/** Where the browser goes to a provider instead of the login page, or has just come from one. */
async function goOn(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  { pool, client, stored }: EngineRun,
  { arrived, provider }: { arrived: string | undefined; provider: IdentityProvider | undefined },
): Promise<boolean> {
  const [record] = stored
  const request = record && requestOf(surface, { pool, client }, record)
  if (!request) return false
  if (provider) await depart(ctx, koa, request, provider)
  return provider !== undefined || (arrived !== undefined && finishArrived(ctx, koa, request, arrived))
}

const notPushed = { error: 'invalid_request', error_description: 'this app pushes its requests' }

const notOffered = 'Login option is not available. Please try another one.'

type Found = Owner & { redirectUri: string; isOwnPage: boolean; session: OAuthRecord | undefined }

/** The app, its registered address, and the browser's session in the pool. */
async function requireApp(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  query: URLSearchParams,
): Promise<Found | { refused: PageError | string; status?: number }> {
  if (query.toString().length > maxQueryLength) return { refused: 'The request is too long.', status: 414 }
  const [id, ...more] = query.getAll('client_id')
  const found = more.length > 0 ? undefined : await findAppAndSession(ctx, koa, surface, id)
  if (found?.owner.pool.id !== surface.poolId) {
    if (!(await findPool(ctx, surface.poolId))) return { refused: 'The user pool does not exist.', status: 404 }
    return { refused: unknownApp }
  }
  const { pool, client } = found.owner
  const ownUris = [
    ...(offersAccountPage(pool) ? [accountUri(surface)] : []),
    ...(isOn('DeviceAuthorization', pool, client) ? [`${surface.origin}/device`] : []),
    ...(isOn('BackchannelAuthentication', pool, client) ? [`${surface.origin}/approve`] : []),
  ]
  const redirectUri = registeredUri(client, query, ownUris)
  if (!redirectUri) return { refused: unregistered(unknownRedirectUri, client, query.get('redirect_uri')) }
  return { ...found.owner, redirectUri, isOwnPage: ownUris.includes(redirectUri), session: found.session }
}

async function findAppAndSession(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  clientId: string | undefined,
): Promise<{ owner: Owner; session?: OAuthRecord } | undefined> {
  if (!isClientId(clientId)) return undefined
  const key = sessionKey(koa, surface)
  if (!key) {
    const owner = await findApp(ctx, clientId, surface.poolId)
    return owner && { owner }
  }
  const found = await findOwnerAndRecord(ctx, clientId, key)
  return found && isOffered(found.owner) ? { owner: found.owner, session: found.record } : undefined
}

const namesIn = (query: URLSearchParams) => ({
  name: query.get('identity_provider') ?? undefined,
  identifier: query.get('idp_identifier') ?? undefined,
})

/** GET /oauth2/authorize/{uid}: back to the page where a request of this browser stands. */
export async function resume(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  renderError: RenderError,
): Promise<void> {
  const request = await currentRequest(ctx, koa, surface, surface.path.split('/').at(-1)!)
  if (request) return sendTo(koa, `${surface.base}/login?${pageQuery(new URLSearchParams(request.parameters))}`)
  await showError(koa, renderError, requestOver)
}
