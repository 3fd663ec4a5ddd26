import { hash } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import { eventReceivers } from '../pool/notices/add-notices.ts'
import type { IssuerType } from '../pool/pools/issuer.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { signingAlgorithm, signingKeys } from '../pool/tokens/signing-keys.ts'
import { discovery, userInfoResource } from './discovery.ts'
import { streamsResource, transmitter } from './signals/metadata.ts'

type Document =
  | 'jwks.json'
  | 'openid-configuration'
  | 'oauth-authorization-server'
  | 'oauth-protected-resource'
  | 'ssf-configuration'
  | 'ssf/streams'

/** Documents that exist only in some pools. */
const conditions: Partial<Record<Document, (pool: Pool) => boolean>> = {
  'oauth-authorization-server': (pool) => isOn('ServerMetadata', pool),
  'oauth-protected-resource': (pool) => isOn('ServerMetadata', pool),
  'ssf-configuration': (pool) => isOn('SharedSignals', pool) || eventReceivers(pool).length > 0,
  'ssf/streams': (pool) => isOn('SharedSignals', pool) && isOn('ServerMetadata', pool),
}

const belowIssuer =
  /^(\/issuer)?\/([\w-]{1,45}_[0-9a-zA-Z]{1,20})\/\.well-known\/(jwks\.json|openid-configuration|oauth-authorization-server|oauth-protected-resource|ssf-configuration)$/
// RFC 8414 puts the well-known part before the path of the issuer, RFC 9728 before the path of the resource.
const beforeResource =
  /^\/\.well-known\/oauth-protected-resource\/([\w-]{1,45}_[0-9a-zA-Z]{1,20})\/(oauth2\/userInfo|ssf\/streams)$/
const beforeIssuer =
  /^\/\.well-known\/(oauth-authorization-server|ssf-configuration)(\/issuer)?\/([\w-]{1,45}_[0-9a-zA-Z]{1,20})$/

const resources: Record<string, Document> = {
  'oauth2/userInfo': 'oauth-protected-resource',
  'ssf/streams': 'ssf/streams',
}

interface Wanted {
  poolId: string
  type: IssuerType
  document: Document
}

function wantedDocument(path: string): Wanted | undefined {
  const below = belowIssuer.exec(path)
  if (below) return { type: typeOf(below[1]), poolId: below[2]!, document: below[3] as Document }
  const resource = beforeResource.exec(path)
  if (resource) return { document: resources[resource[2]!]!, type: 'ORIGINAL', poolId: resource[1]! }
  const before = beforeIssuer.exec(path)
  if (before) return { document: before[1] as Document, type: typeOf(before[2]), poolId: before[3]! }
  return undefined
}

const typeOf = (updated: string | undefined): IssuerType => (updated ? 'UPDATED' : 'ORIGINAL')

/**
 * Discovery and key set of every pool, below the public URL, at both forms of its issuer: each document names its own
 * form, so that what apps have read at either stays true. Open to every origin; cached for minutes.
 */
export function createWellKnown(ctx: Context): Middleware {
  return async (koa, next) => {
    const wanted = wantedDocument(koa.path)
    if (!wanted) return next()
    const { poolId, type, document } = wanted
    const condition = conditions[document]
    const found = condition && (await findPool(ctx, poolId))
    if (condition && !(found && condition(found))) return next()

    koa.set('Access-Control-Allow-Origin', '*')
    if (koa.method === 'OPTIONS') return preflight(koa)
    if (!['GET', 'HEAD'].includes(koa.method)) return refuseMethod(koa)
    const pool = found ?? (await findPool(ctx, poolId))
    if (!pool) return refusePool(koa, poolId)
    show(koa, await documents[document](ctx, pool, type))
  }
}

const documents: Record<Document, (ctx: Context, pool: Pool, type: IssuerType) => object | Promise<object>> = {
  'jwks.json': keySet,
  'openid-configuration': discovery,
  'oauth-authorization-server': discovery,
  'oauth-protected-resource': userInfoResource,
  'ssf-configuration': transmitter,
  'ssf/streams': streamsResource,
}

function show(koa: ParameterizedContext, document: object): void {
  const body = JSON.stringify(document)
  koa.status = 200
  koa.type = 'application/json'
  koa.set('Cache-Control', 'public, max-age=300')
  koa.etag = hash('sha256', body, 'base64url')
  if (koa.fresh) koa.status = 304
  else koa.body = body
}

const methods = 'GET, HEAD, OPTIONS'

function refuseMethod(koa: ParameterizedContext): void {
  koa.set('Allow', methods)
  koa.status = 405
}

function refusePool(koa: ParameterizedContext, poolId: string): void {
  koa.status = 404
  koa.body = { message: `User pool ${poolId} does not exist.` }
}

const preflight: (koa: Parameters<Middleware>[0]) => void = (koa) => {
  koa.set('Access-Control-Allow-Methods', methods)
  koa.set('Access-Control-Allow-Headers', '*')
  koa.set('Access-Control-Max-Age', '86400')
  koa.status = 204
}

async function keySet(ctx: Context, pool: Pool) {
  const { all } = await signingKeys(ctx, pool)
  // Tokens from before a change of algorithm stay valid for a while, so a key that may have signed with either names none.
  const alg = signingAlgorithm(pool) === 'RS256' ? 'RS256' : undefined
  const keys = [...all.values()].map(({ kid, publicJwk: { e, kty, n } }) => ({
    alg,
    e,
    kid,
    kty,
    n,
    use: 'sig',
  }))
  return { keys }
}
