import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Context } from '../context.ts'
import { inTurn } from '../lib/jwt.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { publicClientId } from '../pool/clients/client-document.ts'
import { fapi2Algorithms, isFapi2 } from '../pool/clients/fapi2.ts'
import { issuerTypes, issuerUrl } from '../pool/pools/issuer.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { keysOfClient } from './client-keys.ts'
import { mayBeOfType } from './jwt-type.ts'

export const requestObjectAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA']
export const maxObjectLength = 8192

/** Claims about the object itself, which are not parameters of the request. */
const ofObject = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti']

/** These count outside the object as well: they choose the way to sign in, not what the app requests. */
const besides = ['identity_provider', 'idp_identifier', 'lang']

/**
 * A signed request (RFC 9101): only the parameters in the object count. An object that is not valid stays in the query,
 * and is refused with the other parameters.
 */
export async function openedRequest(
  ctx: Context,
  { pool, client }: { pool: Pool; client: Client },
  query: URLSearchParams,
  requiredClaims = ['exp'],
): Promise<URLSearchParams> {
  const object = query.get('request')
  if (object === null || object.length > maxObjectLength || !isOn('RequestObjects', pool, client)) return query
  const claims = await verified(ctx, { pool, client }, object, requiredClaims)
  if (!claims || 'request' in claims || 'request_uri' in claims) return query
  if (claims.client_id !== undefined && claims.client_id !== publicClientId(client)) return query
  const request = parametersIn(claims)
  request.set('client_id', client.id)
  for (const name of besides) if (query.has(name)) request.set(name, query.get(name)!)
  return request
}

function parametersIn(claims: JWTPayload): URLSearchParams {
  const parameters = Object.entries(claims).filter(
    ([name, value]) => !ofObject.includes(name) && value !== null && value !== undefined,
  )
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
  return new URLSearchParams(parameters.map(([name, value]) => [name, text(value)]))
}

const maxLifetime = 3600

/** FAPI-CIBA 5.2.2: an object is good for an hour at most, and none is older than that. */
function livesTooLong({ nbf = 0, exp = 0 }: JWTPayload, now: Date): boolean {
  return exp - nbf > maxLifetime || now.getTime() / 1000 - nbf > maxLifetime
}

/** The one that the app has registered, or any. */
function algorithmsOf(pool: Pool, client: Client): string[] {
  const allowed = isFapi2(pool, client) ? fapi2Algorithms : requestObjectAlgorithms
  const only = client.extensions?.Standards?.RequestObjectSigningAlg
  return only ? allowed.filter((algorithm) => algorithm === only) : allowed
}

/** By a key of the app. `alg: none` is refused, since the signature is the point. */
async function verified(
  ctx: Context,
  { pool, client }: { pool: Pool; client: Client },
  object: string,
  requiredClaims: string[],
): Promise<JWTPayload | undefined> {
  const keys = await keysOfClient(ctx, client)
  if (!keys) return undefined
  try {
    const { payload, protectedHeader } = await inTurn(() =>
      jwtVerify(object, keys, {
        issuer: publicClientId(client),
        audience: issuerTypes.map((type) => issuerUrl(ctx, pool.id, type)),
        algorithms: algorithmsOf(pool, client),
        requiredClaims,
        currentDate: ctx.clock.now(),
        clockTolerance: 10,
      }),
    )
    if (!mayBeOfType('oauth-authz-req+jwt', protectedHeader)) return undefined
    return requiredClaims.includes('nbf') && livesTooLong(payload, ctx.clock.now()) ? undefined : payload
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}
