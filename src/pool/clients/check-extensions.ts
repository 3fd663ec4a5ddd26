import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { ClientExtensions } from '../../model/extensions.ts'
import { isProviderUrl } from '../identity-providers/provider-call.ts'

const maxKeys = 20

/** Checks of a client's extensions that the service model can't express. @throws InvalidParameterException */
export function checkClientExtensions(ctx: Context, { Standards = {} }: ClientExtensions): void {
  const { Jwks, JwksUri, TokenEndpointAuthMethod } = Standards
  const { BackChannelLogoutUri, FrontChannelLogoutUri } = Standards
  for (const [field, uri] of Object.entries({ BackChannelLogoutUri, FrontChannelLogoutUri }))
    if (uri !== undefined && !isProviderUrl(ctx, uri))
      throw new InvalidParameter(`${field} must be an address by https.`, { field })
  if (Jwks !== undefined && JwksUri !== undefined) throw new InvalidParameter('Jwks and JwksUri exclude each other.')
  if (Jwks !== undefined && !isPublicKeySet(Jwks))
    throw new InvalidParameter('Jwks must be a JWK set of 1 to 20 public keys.', { field: 'Jwks' })
  if (JwksUri !== undefined && !isProviderUrl(ctx, JwksUri))
    throw new InvalidParameter('JwksUri must be an address by https.', { field: 'JwksUri' })
  if (TokenEndpointAuthMethod === 'private_key_jwt' && Jwks === undefined && JwksUri === undefined)
    throw new InvalidParameter('private_key_jwt needs Jwks or JwksUri.', { field: 'TokenEndpointAuthMethod' })
}

/** Private and symmetric keys are refused. */
function isPublicKeySet(set: unknown): boolean {
  const keys = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > maxKeys) return false
  return keys.every(
    (key) => typeof key === 'object' && key !== null && ['RSA', 'EC', 'OKP'].includes(key.kty) && !('d' in key),
  )
}
