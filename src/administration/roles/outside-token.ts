/** Tokens of external issuers, such as those of CI jobs and workloads. */
import { createLocalJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Context } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { callProvider, isProviderUrl } from '../../pool/identity-providers/provider-call.ts'

type KeySet = ReturnType<typeof createLocalJWKSet>

const maxTokenLength = 16 * 1024
const maxKeys = 50
/**
 * The max age of fetched keys in milliseconds; for an unknown key id they are fetched sooner, but no more often than
 * this.
 */
const goodFor = 10 * 60_000
const minInterval = 30_000

interface Fetched {
  at: number
  keys: Promise<KeySet>
}

const keySets = remembered(() => new Lru<string, Fetched>(100, 'issuer-keys'))

/** The issuer that a token names, unverified. */
export function namedIssuer(token: string): string | undefined {
  if (token.length > maxTokenLength) return undefined
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

/** The claims of a token, verified with the keys of an issuer that the caller trusts. */
export async function readOutsideToken(
  ctx: Context,
  token: string,
  issuer: string,
): Promise<JWTPayload | 'expired' | 'invalid'> {
  const verify = async (keys: KeySet) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'],
      requiredClaims: ['exp', 'sub', 'aud'],
      currentDate: ctx.clock.now(),
    })
    return payload
  }
  try {
    const known = await keysOf(ctx, issuer, goodFor)
    return await verify(known).catch(async (error) => {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      return verify(await keysOf(ctx, issuer, minInterval))
    })
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'expired'
    if (!(error instanceof errors.JOSEError))
      ctx.log.warn({ err: error, issuer }, 'the keys of an issuer could not be fetched')
    return 'invalid'
  }
}

/** At most one fetch runs at a time. A failure is cached too, for the shorter time. */
function keysOf(ctx: Context, issuer: string, maxAge: number): Promise<KeySet> {
  const now = ctx.clock.now().getTime()
  const known = keySets(ctx).get(issuer)
  if (known && now - known.at < maxAge) return known.keys
  const fetched: Fetched = { at: now, keys: fetchKeys(ctx, issuer) }
  fetched.keys.catch(() => {
    fetched.at = now - goodFor + minInterval
  })
  keySets(ctx).set(issuer, fetched)
  return fetched.keys
}

async function fetchKeys(ctx: Context, issuer: string): Promise<KeySet> {
  const { issuer: named, jwks_uri: address } = await fetchJson(
    ctx,
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  )
  if (named !== issuer) throw new Error('The discovery document names another issuer')
  if (typeof address !== 'string' || !isProviderUrl(ctx, address)) throw new Error('The address of the keys is none')
  const { keys } = await fetchJson(ctx, address)
  if (!Array.isArray(keys) || keys.length > maxKeys) throw new Error('The key set is none')
  return createLocalJWKSet({ keys })
}

async function fetchJson(ctx: Context, url: string): Promise<Record<string, unknown>> {
  const { status, body } = await callProvider(ctx, url, { method: 'GET', headers: { accept: 'application/json' } })
  if (status !== 200) throw new Error(`${new URL(url).host} answers ${status}`)
  const document: unknown = JSON.parse(body.toString())
  if (typeof document !== 'object' || document === null) throw new Error('The answer is no JSON object')
  return document as Record<string, unknown>
}
