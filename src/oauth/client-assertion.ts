import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { Context } from '../context.ts'
import { inTurn } from '../lib/jwt.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { publicClientId } from '../pool/clients/client-document.ts'
import { fapi2Algorithms, isFapi2 } from '../pool/clients/fapi2.ts'
import { issuerTypes, issuerUrl } from '../pool/pools/issuer.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { useProof } from '../pool/tokens/used-proof-store.ts'
import { isByCertificate } from './client-certificate.ts'
import { keysOfClient } from './client-keys.ts'
import type { Form } from './form.ts'
import { mayBeOfType } from './jwt-type.ts'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
export const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256']
const byKeys = ['RS256', 'PS256', 'ES256', 'EdDSA']
const maxLifetime = 600
const maxLength = 8192

/** The client id that the assertion claims; it is yet to be verified. */
export function assertedClient(form: Form): string | undefined {
  const assertion = form.get('client_assertion')
  if (form.get('client_assertion_type') !== assertionType || !assertion || assertion.length > maxLength)
    return undefined
  try {
    const { sub } = decodeJwt(assertion)
    return form.get('client_id') ?? sub
  } catch {
    return undefined
  }
}

/**
 * The key under which the assertion is stored as used, if the app has signed it for this pool, recently, and for the
 * first time (RFC 7523); otherwise undefined.
 */
export async function useAssertion(
  ctx: Context,
  { pool, client, audiences }: { pool: Pool; client: Client; audiences: string[] },
  assertion: string,
): Promise<string | undefined> {
  if (!isOn('ClientAssertions', pool, client) || isByCertificate(client)) return undefined
  const own = issuerTypes.map((type) => issuerUrl(ctx, pool.id, type))
  const isStrict = isFapi2(pool, client)
  const options: JWTVerifyOptions = {
    algorithms: isStrict ? fapi2Algorithms : byKeys,
    issuer: publicClientId(client),
    subject: publicClientId(client),
    audience: isStrict ? own : [...own, ...audiences],
    requiredClaims: ['exp', 'jti'],
    currentDate: ctx.clock.now(),
    clockTolerance: 10,
  }
  try {
    const payload = await verified(ctx, client, assertion, options)
    // An audience among others is one that the assertion could be shown to as well.
    if (!payload || (isStrict && typeof payload.aud !== 'string')) return undefined
    return await usedAs(ctx, pool, client, payload)
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}

async function verified(
  ctx: Context,
  client: Client,
  assertion: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  const { TokenEndpointAuthMethod: method } = client.extensions?.Standards ?? {}
  const header = decodeProtectedHeader(assertion)
  if (!mayBeOfType('client-authentication+jwt', header)) return undefined
  const { alg } = header
  if (alg === 'HS256' && options.algorithms === byKeys)
    return method === 'private_key_jwt' ? undefined : verifiedBySecret(client, assertion, options)
  const keys = method === 'client_secret_jwt' ? undefined : await keysOfClient(ctx, client)
  return keys && (await inTurn(() => jwtVerify(assertion, keys, options))).payload
}

/** A client has up to two secrets, while it changes from one to the other. */
async function verifiedBySecret(client: Client, assertion: string, options: JWTVerifyOptions) {
  for (const { secret } of client.secrets) {
    const result = await jwtVerify(assertion, new TextEncoder().encode(secret), {
      ...options,
      algorithms: ['HS256'],
    }).catch((error) => {
      if (error instanceof errors.JWSSignatureVerificationFailed) return undefined
      throw error
    })
    if (result) return result.payload
  }
  return undefined
}

async function usedAs(ctx: Context, pool: Pool, client: Client, { exp, jti }: JWTPayload): Promise<string | undefined> {
  const lifetime = exp! - ctx.clock.now().getTime() / 1000
  if (lifetime > maxLifetime || typeof jti !== 'string' || jti.length > 256) return undefined
  const id = `${client.id}\0${jti}`
  return (await useProof(ctx, pool.id, id, lifetime + 60)) ? id : undefined
}
