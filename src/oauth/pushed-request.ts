import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { randomToken } from '../lib/ids.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { isFapi2, mustSign } from '../pool/clients/fapi2.ts'
import type { Owner } from '../pool/clients/owner.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { answerRefusal } from './answer-refusal.ts'
import { engineQuery, mayRequestType, RequestRefused } from './authorization-request.ts'
import type { CalledAt } from './client-authentication.ts'
import { authenticateToBegin } from './client-document.ts'
import { cookiesOf, fingerprint, requestCookies } from './cookies.ts'
import { provenBinding } from './dpop-header.ts'
import { findRecord } from './find-record-store.ts'
import { type Form, readForm } from './form.ts'
import { insertRecord } from './new-record-store.ts'
import { OAuthError } from './oauth-error.ts'
import { maxQueryLength } from './query-or-form.ts'
import { consumeRecord } from './record-store.ts'
import { registeredUri } from './registered-uri.ts'
import { openedRequest } from './request-object.ts'
import type { Surface } from './surface.ts'

const prefix = 'urn:ietf:params:oauth:request_uri:'

/** In seconds, until the browser brings it. */
const pushedLifetime = 60
/** From then on: as long as a user may spend on the pages. */
const atPages = 3600

/** These authenticate the app and are not part of its request. */
const notOfRequest = ['client_secret', 'client_assertion', 'client_assertion_type']

/**
 * POST /oauth2/par (RFC 9126): an app posts its request, learns at once what is wrong with it, and sends the browser
 * with an opaque name for it.
 */
export async function pushRequest(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  try {
    const form = await readForm(koa, maxQueryLength)
    const asking = await authenticateToBegin(ctx, koa, at, form)
    const { pool, client } = asking
    if (!isOn('PushedAuthorizationRequests', pool, client)) throw new OAuthError('unauthorized_client')
    const request = await requireRequest(ctx, pool, client, form)
    // As good as naming the key by `dpop_jkt` (RFC 9449, 10.1).
    const proven = await provenBinding(ctx, koa, asking)
    if (proven?.jkt !== undefined) bindTo(request, proven.jkt)
    const pushed = await storePushed(ctx, { pool, client }, request)
    koa.status = 201
    koa.type = 'application/json;charset=UTF-8'
    koa.body = JSON.stringify({ request_uri: pushed, expires_in: pushedLifetime })
  } catch (thrown) {
    if (thrown instanceof RequestRefused) {
      koa.status = 400
      koa.type = 'application/json;charset=UTF-8'
      koa.body = JSON.stringify({ error: thrown.error, error_description: thrown.description })
      return
    }
    if (!(thrown instanceof OAuthError)) throw thrown
    await answerRefusal(ctx, koa, at, thrown)
  }
}

/** @returns the request_uri */
export async function storePushed(ctx: Context, { pool, client }: Owner, request: URLSearchParams): Promise<string> {
  const id = randomToken(32)
  const payload = { query: request.toString(), clientId: client.id }
  const common = { poolId: pool.id, payload, lifetime: pushedLifetime }
  await insertRecord(ctx, { ...common, model: 'PushedAuthorizationRequest', id })
  return prefix + id
}

function bindTo(request: URLSearchParams, jkt: string): void {
  const named = request.get('dpop_jkt')
  if (named !== null && named !== jkt) throw new OAuthError('invalid_dpop_proof', 'dpop_jkt names another key')
  request.set('dpop_jkt', jkt)
}

/** Checked like a request that comes through a browser. @throws OAuthError, RequestRefused */
async function requireRequest(ctx: Context, pool: Pool, client: Client, form: Form): Promise<URLSearchParams> {
  if (form.has('request_uri')) throw new OAuthError('invalid_request', 'request_uri can not be pushed')
  const posted = new URLSearchParams([...form])
  for (const name of notOfRequest) posted.delete(name)
  const request = await openedRequest(ctx, { pool, client }, posted)
  request.set('client_id', client.id)
  if (isFapi2(pool, client) && !request.has('redirect_uri'))
    throw new OAuthError('invalid_request', 'redirect_uri is missing')
  const redirectUri = registeredUri(client, request)
  if (!redirectUri) throw new OAuthError('invalid_request', 'redirect_uri is not registered')
  request.set('redirect_uri', redirectUri)
  await engineQuery(ctx, pool, client, request)
  if (!mayRequestType(client, request)) throw new RequestRefused('unauthorized_client')
  if (mustSign(pool, client) && request === posted)
    throw new OAuthError('invalid_request', 'this app signs its requests')
  return request
}

/** These may accompany the `request_uri`: they choose the way to sign in, not what the app requests. */
const besides = ['request_uri', 'identity_provider', 'idp_identifier', 'lang']

/**
 * The request behind one of our `request_uri`s. It is good for one browser: the first that brings it, and again only
 * while that browser has it open. Undefined where this client has no such request.
 */
export async function pulledRequest(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  query: URLSearchParams,
): Promise<URLSearchParams | undefined> {
  const uri = query.get('request_uri') ?? ''
  const id = uri.slice(prefix.length)
  if (!uri.startsWith(prefix) || id === '' || id.length > 128) return undefined
  const key = { poolId: surface.poolId, model: 'PushedAuthorizationRequest', id } as const
  const record = await findRecord(ctx, key)
  // Where the pool has no pushed requests, it is an address like any other.
  if (!record && !(await isThere(ctx, surface))) return query
  if (!record || record.payload.clientId !== query.get('client_id')) return undefined
  if (record.consumedAt ? !hasOpen(koa, surface, query) : !(await consumeRecord(ctx, key, atPages))) return undefined
  const request = new URLSearchParams(String(record.payload.query))
  for (const name of besides) if (query.has(name)) request.set(name, query.get(name)!)
  return request
}

async function isThere(ctx: Context, { poolId }: Surface): Promise<boolean> {
  const pool = await findPool(ctx, poolId)
  return pool !== undefined && isOn('PushedAuthorizationRequests', pool)
}

function hasOpen(koa: ParameterizedContext, surface: Surface, query: URLSearchParams): boolean {
  const jar = cookiesOf(surface)
  const name = jar.requestPrefix + fingerprint(query)
  return requestCookies(koa, jar).some(([open]) => open === name)
}

export const isPushed = (query: URLSearchParams): boolean => query.get('request_uri')?.startsWith(prefix) ?? false
