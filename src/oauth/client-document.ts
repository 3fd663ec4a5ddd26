import { isDeepStrictEqual } from 'node:util'
import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { networkOf } from '../lib/client-address.ts'
import { QueueFull } from '../lib/fair-queue.ts'
import { Lru } from '../lib/lru.ts'
import { remembered } from '../lib/memory.ts'
import type { OutboundAnswer } from '../lib/outbound.ts'
import { LimitExceeded, ServiceError } from '../model/errors.ts'
import { isOn } from '../model/extensions.ts'
import { checkClientExtensions } from '../pool/clients/check-extensions.ts'
import { findClient } from '../pool/clients/client.ts'
import { documentClientId, isDocumentUrl, readsDocument } from '../pool/clients/client-document.ts'
import { createClient, type NewClient } from '../pool/clients/create-client.ts'
import { deleteUnusedDocumentClients, updateDescribedClient } from '../pool/clients/described-client-store.ts'
import type { Owner } from '../pool/clients/owner.ts'
import { isProviderUrl } from '../pool/identity-providers/provider-call.ts'
import { poolScopesOfRegistered } from '../pool/pools/client-registration.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { useQuota } from '../pool/quotas/quota.ts'
import { assertedClient } from './client-assertion.ts'
import { authenticateClient, type CalledAt, type CallingClient, poolCalled } from './client-authentication.ts'
import { createFetchQueue, fetchFromApp, mediaTypeOf } from './fetch-from-app.ts'
import type { Form } from './form.ts'
import { OAuthError } from './oauth-error.ts'
import { type ClientDocument, DocumentRefused, readClientDocument } from './read-client-document.ts'
import { allowedFor, registeredSettings } from './registered-client.ts'

const maxBytes = 16 * 1024
/** For how many seconds a document is not fetched again, whatever its own server says. */
const minAge = 60
const usualAge = 300
const maxAge = 3600

/** By client id, until when a client counts as up to date with its document. */
const current = remembered(() => new Lru<string, number>(2000, 'client-documents'))
const fetchQueue = remembered(createFetchQueue)
const fetches = remembered(() => new Map<string, Promise<void>>())

/**
 * In a request at the authorization endpoint, replaces the URL of a client's document by the id of the client, after
 * the client was updated from it. If the document is not accepted, no app has the id.
 */
export async function resolveDocument(
  ctx: Context,
  koa: ParameterizedContext,
  poolId: string,
  query: URLSearchParams,
): Promise<void> {
  const [url, ...more] = query.getAll('client_id')
  if (!isDocumentUrl(url) || more.length > 0) return
  const refused = await renewClient(ctx, koa, await findPool(ctx, poolId), url)
  if (refused === undefined) query.set('client_id', documentClientId(poolId, url))
}

/** Authenticates an app at an endpoint with which its users' sign-ins begin, by its document of now. @throws OAuthError */
export async function authenticateToBegin(
  ctx: Context,
  koa: ParameterizedContext,
  at: CalledAt,
  form: Form,
): Promise<CallingClient> {
  const url = form.has('client_assertion') ? assertedClient(form) : form.get('client_id')
  const refused = isDocumentUrl(url) ? await renewClient(ctx, koa, await poolCalled(ctx, at), url) : undefined
  if (refused !== undefined) throw new OAuthError('invalid_client', refused)
  return authenticateClient(ctx, koa, at, form)
}

async function renewClient(
  ctx: Context,
  koa: ParameterizedContext,
  pool: Pool | undefined,
  url: string,
): Promise<string | undefined> {
  if (!pool || !readsDocument(pool, url) || !isProviderUrl(ctx, url)) return 'no documents of this address are read'
  const id = documentClientId(pool.id, url)
  const now = ctx.clock.now().getTime()
  if (current(ctx).get(id, (until) => until > now) && (await findClient(ctx, id))) return undefined
  try {
    await (fetches(ctx).get(id) ?? beginFetch(ctx, koa, pool, url))
    return undefined
  } catch (error) {
    if (!(error instanceof DocumentRefused || error instanceof ServiceError || error instanceof OAuthError)) throw error
    const reason = error instanceof OAuthError ? (error.description ?? error.code) : error.message
    ctx.log.info({ url, reason }, 'the document of a client was not accepted')
    return reason
  }
}

/** Concurrent requests wait for the same fetch. */
function beginFetch(ctx: Context, koa: ParameterizedContext, pool: Pool, url: string): Promise<void> {
  const running = fetches(ctx)
  const id = documentClientId(pool.id, url)
  const fetched = renew(ctx, koa, pool, url).finally(() => running.delete(id))
  running.set(id, fetched)
  return fetched
}

async function renew(ctx: Context, koa: ParameterizedContext, pool: Pool, url: string): Promise<void> {
  await useQuota(ctx, { poolId: pool.id, action: 'FetchClientDocument', subject: networkOf(koa.ip) })
  const answer = await fetchDocument(ctx, pool.id, url)
  const document = readClientDocument(url, answer.body.toString())
  await saveClient(ctx, pool, url, document)
  const id = documentClientId(pool.id, url)
  current(ctx).set(id, ctx.clock.now().getTime() + ageOf(answer) * 1000)
}

async function fetchDocument(ctx: Context, poolId: string, url: string): Promise<OutboundAnswer> {
  const fetch = { queue: fetchQueue(ctx), poolId, accept: 'application/json', maxBytes }
  const answer = await fetchFromApp(ctx, url, fetch).catch((error) => {
    if (error instanceof QueueFull) throw new DocumentRefused('too many documents are being fetched')
    ctx.log.info({ err: error, url }, 'the document of a client could not be fetched')
    throw new DocumentRefused('the document could not be fetched')
  })
  if (answer.status !== 200) throw new DocumentRefused('the document could not be fetched')
  const type = mediaTypeOf(answer)
  if (type !== 'application/json' && !(type.startsWith('application/') && type.endsWith('+json')))
    throw new DocumentRefused('the document is not JSON')
  return answer
}

/** As its server says in `Cache-Control`, within bounds. */
function ageOf({ headers }: OutboundAnswer): number {
  const directives = (headers['cache-control'] ?? '').toLowerCase().split(',')
  const named = directives.map((one) => one.trim()).find((one) => one.startsWith('max-age='))
  const seconds = directives.some((one) => /^\s?no-(?:store|cache)$/.test(one))
    ? 0
    : Number(named?.slice(8) ?? usualAge)
  return Math.min(Math.max(Number.isNaN(seconds) ? usualAge : seconds, minAge), maxAge)
}

async function saveClient(ctx: Context, pool: Pool, url: string, document: ClientDocument): Promise<void> {
  if (document.standards && !isOn('ClientAssertions', pool))
    throw new DocumentRefused('the user pool accepts no client that signs')
  const id = documentClientId(pool.id, url)
  const known = await findClient(ctx, id)
  const extensions = {
    Standards: { ...known?.client.extensions?.Standards, ...withoutKeys, ...document.pages, ...document.standards },
  }
  checkClientExtensions(ctx, extensions)
  const { name, redirectUris } = document
  if (!known) {
    const settings = await settingsFor(ctx, pool, document)
    return addClient(ctx, pool, { name, settings, extensions, secret: undefined, chosenId: id, documentUrl: url })
  }
  const { client } = known
  const settings = client.needsConsent
    ? await settingsFor(ctx, pool, document)
    : { ...client.settings, CallbackURLs: redirectUris }
  const changed = { ...client, name, settings, extensions }
  // A change that comes between is kept; the next fetch adds what the document says.
  if (!isSame(client, changed)) await updateDescribedClient(ctx.db, changed, ctx.clock.now())
}

const withoutKeys = { TokenEndpointAuthMethod: undefined, Jwks: undefined, JwksUri: undefined }

/** As types of JSON. */
const isSame = (...clients: [Owner['client'], Owner['client']]): boolean => {
  const [before, after] = clients.map(({ name, settings, extensions }) =>
    JSON.parse(JSON.stringify({ name, settings, standards: extensions?.Standards ?? {} })),
  )
  return isDeepStrictEqual(before, after)
}

/** One document serves many servers: scopes that this pool does not have are ignored. */
async function settingsFor(ctx: Context, pool: Pool, { redirectUris, scopes }: ClientDocument) {
  const allowed = await allowedFor(ctx, pool, poolScopesOfRegistered(pool), 'code')
  const wanted = scopes ? allowed.filter((scope) => scopes.includes(scope)) : allowed
  if (wanted.length === 0) throw new DocumentRefused('the document names no scope that the client could have')
  return registeredSettings(ctx, pool, { flow: 'code', responseTypes: ['code'], redirectUris }, wanted)
}

const anHour = 3600_000

/** If the pool is full, unused clients are removed to make room. */
async function addClient(ctx: Context, pool: Pool, client: NewClient & { chosenId: string }): Promise<void> {
  const create = () => createClient(ctx, pool, { ...client, limited: true, needsConsent: true })
  try {
    await create().catch(async (error) => {
      if (!(error instanceof LimitExceeded)) throw error
      await deleteUnusedDocumentClients(ctx.db, pool.id, new Date(ctx.clock.now().getTime() - anHour))
      return create()
    })
  } catch (error) {
    // Another server has just created it.
    if (!(error instanceof ServiceError) || !(await findClient(ctx, client.chosenId))) throw error
  }
}
