import { X509Certificate } from 'node:crypto'
import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { ClientExtensions, ClientStandards } from '../../model/extensions.ts'
import { isProviderUrl } from '../identity-providers/provider-call.ts'

const maxKeys = 20

/** Checks of a client's extensions that the service model can't express. @throws InvalidParameterException */
export function checkClientExtensions(ctx: Context, { Standards = {} }: ClientExtensions): void {
  const { JwksUri, BackChannelLogoutUri, FrontChannelLogoutUri, BackchannelClientNotificationEndpoint } = Standards
  const addresses = { JwksUri, BackChannelLogoutUri, FrontChannelLogoutUri, BackchannelClientNotificationEndpoint }
  for (const [field, uri] of Object.entries(addresses))
    if (uri !== undefined && !isProviderUrl(ctx, uri))
      throw new InvalidParameter(`${field} must be an address by https.`, { field })
  checkRequestUris(ctx, Standards)
  checkLinks(Standards)
  checkKeys(Standards)
  checkMethod(Standards)
  const { BackchannelTokenDeliveryMode: mode } = Standards
  if ((mode === 'ping') !== (BackchannelClientNotificationEndpoint !== undefined))
    throw new InvalidParameter('BackchannelClientNotificationEndpoint goes with the mode ping, which needs it.', {
      field: 'BackchannelTokenDeliveryMode',
    })
}

/** A fragment, where there is one, tells versions of what lies at the address apart. */
function checkRequestUris(ctx: Context, { RequestUris = [] }: ClientStandards): void {
  const field = 'RequestUris'
  if (!RequestUris.every((uri) => isProviderUrl(ctx, uri.split('#', 1)[0]!)))
    throw new InvalidParameter('RequestUris must be addresses by https.', { field })
  if (new Set(RequestUris).size < RequestUris.length)
    throw new InvalidParameter('RequestUris must differ from each other.', { field })
}

function checkLinks({ ClientUri, PolicyUri, TosUri }: ClientStandards): void {
  for (const [field, uri] of Object.entries({ ClientUri, PolicyUri, TosUri }))
    if (uri !== undefined && !isPageUri(uri)) throw new InvalidParameter(`${field} must be a page by https.`, { field })
}

/** A page that users may be sent to. */
export function isPageUri(uri: string): boolean {
  const { protocol, username, password } = URL.parse(uri) ?? {}
  return protocol === 'https:' && !username && !password && uri.length <= 1024
}

function checkKeys({ Jwks, JwksUri, TlsClientAuthCa }: ClientStandards): void {
  if (Jwks !== undefined && JwksUri !== undefined) throw new InvalidParameter('Jwks and JwksUri exclude each other.')
  if (Jwks !== undefined && !isPublicKeySet(Jwks))
    throw new InvalidParameter('Jwks must be a JWK set of 1 to 20 public keys.', { field: 'Jwks' })
  if (TlsClientAuthCa !== undefined && !isAuthority(TlsClientAuthCa))
    throw new InvalidParameter('TlsClientAuthCa must be the certificate of an authority in PEM.', {
      field: 'TlsClientAuthCa',
    })
}

/** What an app must have configured for its way of authenticating. */
function checkMethod(standards: ClientStandards): void {
  const { TokenEndpointAuthMethod: method, Jwks, JwksUri, TlsClientAuthSubjectDn, TlsClientAuthCa } = standards
  const field = 'TokenEndpointAuthMethod'
  const isByKeys = method === 'private_key_jwt' || method === 'self_signed_tls_client_auth'
  if (isByKeys && Jwks === undefined && JwksUri === undefined)
    throw new InvalidParameter(`${method} needs Jwks or JwksUri.`, { field })
  if (method === 'tls_client_auth' && !(TlsClientAuthSubjectDn && TlsClientAuthCa))
    throw new InvalidParameter('tls_client_auth needs TlsClientAuthSubjectDn and TlsClientAuthCa.', { field })
}

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca
  } catch {
    return false
  }
}

/** Private and symmetric keys are refused. */
function isPublicKeySet(set: unknown): boolean {
  const keys = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > maxKeys) return false
  return keys.every(
    (key) => typeof key === 'object' && key !== null && ['RSA', 'EC', 'OKP'].includes(key.kty) && !('d' in key),
  )
}
