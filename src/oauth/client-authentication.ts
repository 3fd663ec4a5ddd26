import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn, type StandardsPart } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { hasKeysAlone, isDocumentUrl } from '../pool/clients/client-document.ts'
import { isFapi2 } from '../pool/clients/fapi2.ts'
import { checkClientSecret } from '../pool/clients/secret-hash.ts'
import { findPoolByHost } from '../pool/domains/pool-of-host.ts'
import { calledUrls } from '../pool/pools/called-address.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { domainOfHost } from '../pool/pools/pool-domain.ts'
import { findApp } from './app.ts'
import { assertedClient, useAssertion } from './client-assertion.ts'
import { isByCertificate, isCertificateOf } from './client-certificate.ts'
import type { Form } from './form.ts'
import { OAuthError } from './oauth-error.ts'

/** Where an app called: a pool's path, or the host of the request. */
export interface CalledAt {
  poolId: string | undefined
  host: string
  /** The part that the endpoint belongs to. A remembered pool had it on; whether it still has, the client's pool says. */
  part?: StandardsPart
}

/** The endpoint is one of a part that the pool has switched off. */
export class PartIsOff extends Error {}

/** @throws PartIsOff */
export function requirePart({ part }: CalledAt, pool: Pool | undefined): void {
  if (part && !(pool && isOn(part, pool))) throw new PartIsOff()
}

export interface CallingClient {
  pool: Pool
  client: Client
  /** The client has shown nothing but its id. */
  isPublic: boolean
  /** It has authenticated by a key, never by a secret. */
  isByKey?: boolean
  /** The key under which its assertion is stored as used. */
  assertion?: string
}

/**
 * The app that calls, authenticated by HTTP Basic, in the form, by a signed assertion, or by its id alone if it is
 * public. One short statement: the client comes with its pool, and the address has to be one of that pool. @throws
 * OAuthError
 */
export async function authenticateClient(
  ctx: Context,
  koa: ParameterizedContext,
  at: CalledAt,
  form: Form,
): Promise<CallingClient> {
  const assertion = form.get('client_assertion')
  const { id, secret } = assertion === undefined ? credentials(koa, form) : asserted(koa, form)
  const found = await findApp(ctx, id, isDocumentUrl(id) ? (await poolCalled(ctx, at))?.id : undefined)
  if (!found || !isAddressOf(ctx, found.pool, at)) throw new OAuthError('invalid_client')
  requirePart(at, found.pool)
  if (assertion !== undefined) {
    const used = await useAssertion(ctx, { ...found, audiences: endpointsOf(ctx, koa, found.pool) }, assertion)
    if (used === undefined) throw new OAuthError('invalid_client')
    return { ...found, isPublic: false, isByKey: true, assertion: used }
  }
  if (isByCertificate(found.client)) {
    if (secret !== undefined || !(await isCertificateOf(ctx, koa, found))) throw new OAuthError('invalid_client')
    return { ...found, isPublic: false, isByKey: true }
  }
  // A secret for a client that has none is a mistake worth telling the developer.
  const known = found.client.secrets.length > 0
  if (known !== (secret !== undefined)) throw new OAuthError('invalid_client')
  if (secret !== undefined && !checkClientSecret(found.client, secret)) throw new OAuthError('invalid_client')
  if (signsOnly(found)) throw new OAuthError('invalid_client')
  return { ...found, isPublic: !known }
}

/** The endpoint that was called, and the token endpoint beside it, which is an audience everywhere (RFC 9126, CIBA 7.1). */
function endpointsOf(ctx: Context, { protocol, host, path }: ParameterizedContext, pool: Pool): string[] {
  const beside = path.slice(0, path.lastIndexOf('/'))
  return [path, `${beside}/token`].flatMap((endpoint) => calledUrls(ctx, pool, { protocol, host, path: endpoint }))
}

/** A client set to sign assertions can no longer authenticate by its secret, or by its id alone. */
const signsOnly = ({ pool, client }: { pool: Pool; client: Client }): boolean =>
  isFapi2(pool, client) ||
  hasKeysAlone(client) ||
  (client.extensions?.Standards?.TokenEndpointAuthMethod !== undefined && isOn('ClientAssertions', pool, client))

function asserted(koa: ParameterizedContext, form: Form): { id: string; secret: undefined } {
  const id = assertedClient(form)
  if (koa.get('authorization') || form.has('client_secret')) throw new OAuthError('invalid_request')
  if (id === undefined) throw new OAuthError('invalid_client')
  return { id, secret: undefined }
}

/** The pool at the called address, where it must be known before the client is. */
export const poolCalled = (ctx: Context, { poolId, host }: CalledAt): Promise<Pool | undefined> =>
  poolId === undefined ? findPoolByHost(ctx, host) : findPool(ctx, poolId)

export function isAddressOf(ctx: Context, pool: Pool, { poolId, host }: CalledAt): boolean {
  if (poolId !== undefined) return poolId === pool.id
  const called = domainOfHost(ctx, host)
  return called !== undefined && pool.domains.some(({ domain }) => domain === called)
}

function credentials(koa: ParameterizedContext, form: Form): { id: string; secret: string | undefined } {
  const header = koa.get('authorization')
  const id = form.get('client_id')
  if (!header) {
    if (!id) throw new OAuthError('invalid_client')
    return { id, secret: form.get('client_secret') || undefined }
  }
  const basic = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header)
  const decoded = basic && Buffer.from(basic[1]!, 'base64').toString()
  const colon = decoded ? decoded.indexOf(':') : -1
  if (!decoded || colon < 1) throw new OAuthError('invalid_client')
  const user = formDecoded(decoded.slice(0, colon))
  // Two methods at once, or two clients, are ambiguous.
  if (form.has('client_secret') || (id !== undefined && id !== user)) throw new OAuthError('invalid_request')
  return { id: user, secret: formDecoded(decoded.slice(colon + 1)) || undefined }
}

/** Both halves of the header are form-encoded before they are joined (RFC 6749, 2.3.1). */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new OAuthError('invalid_client')
  }
}
