import { hash, timingSafeEqual } from 'node:crypto'
import {
  type CryptoKey,
  calculateJwkThumbprint,
  EmbeddedJWK,
  errors,
  type JWK,
  type JWTHeaderParameters,
  jwtVerify,
} from 'jose'
import type { Context } from '../../context.ts'
import { inTurn } from '../../lib/jwt.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { type AddressedCall, calledUrls } from '../pools/called-address.ts'
import { findPool } from '../pools/pool.ts'
import { holdsCertificate } from './client-certificate.ts'
import type { Confirmation } from './confirmation.ts'
import { useMinorProof } from './used-proof-store.ts'

export const proofAlgorithms = ['ES256', 'EdDSA', 'PS256', 'RS256']
const maxLength = 8192
/** How many seconds a proof's clock may be off. The nonce limits its age more precisely. */
const tolerance = 60

/** A request with a proof, as the app has made it. */
export interface ProvenCall {
  poolId: string
  method: string
  /** The URLs that the proof may be for, without query and fragment. */
  urls: string[]
  proof: string
  /** The access token that the proof has to be for, where one is sent. */
  accessToken?: string
  /** Of `proofAlgorithms`, where not all of them will do. */
  algorithms?: string[]
}

export type ProofRefusal = 'invalid_dpop_proof' | 'use_dpop_nonce'

/**
 * Verifies a proof (RFC 9449) and returns the thumbprint of its key: for this request, with one of our nonces of the
 * last minutes, and used for the first time.
 */
export async function provenKey(
  ctx: Context,
  { poolId, method, urls, proof, accessToken, algorithms = proofAlgorithms }: ProvenCall,
): Promise<{ jkt: string } | { refused: ProofRefusal }> {
  const refused = { refused: 'invalid_dpop_proof' } as const
  if (proof.length > maxLength) return refused
  try {
    const { payload, protectedHeader } = await inTurn(() =>
      jwtVerify(proof, async (header) => (await keyIn(ctx, header)).key, {
        typ: 'dpop+jwt',
        algorithms,
        currentDate: ctx.clock.now(),
        clockTolerance: tolerance,
        requiredClaims: ['iat', 'jti', 'htm', 'htu'],
      }),
    )
    const { jti, htm, htu, ath, iat, nonce } = payload
    if (htm !== method || !isOneOf(urls, htu)) return refused
    if (typeof jti !== 'string' || jti.length > 256 || !isNear(ctx, iat!)) return refused
    if (accessToken !== undefined && ath !== hash('sha256', accessToken, 'base64url')) return refused
    if (!isNonceGood(ctx, poolId, nonce)) return { refused: 'use_dpop_nonce' }
    const { jkt } = await keyIn(ctx, protectedHeader)
    const isNew = await useMinorProof(ctx, poolId, `${jkt}\0${jti}`, 2 * tolerance + 2 * nonceSeconds)
    return isNew ? { jkt } : refused
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return refused
    throw error
  }
}

interface ProofKey {
  key: CryptoKey
  /** Its thumbprint. */
  jkt: string
}

/** An app proves the same key with every call: it is imported once. */
const proofKeys = remembered(() => new Lru<string, ProofKey>(2000, 'proof-keys'))
const maxRememberedLength = 1024

/** The public key in the header of a proof. @throws JOSEError, TypeError */
async function keyIn(ctx: Context, header: Pick<JWTHeaderParameters, 'alg' | 'jwk'>): Promise<ProofKey> {
  const name = `${header.alg} ${JSON.stringify(header.jwk)}`
  const known = proofKeys(ctx).get(name)
  if (known) return known
  const found = {
    key: await EmbeddedJWK(header as JWTHeaderParameters),
    jkt: await calculateJwkThumbprint(header.jwk as JWK),
  }
  if (name.length <= maxRememberedLength) proofKeys(ctx).set(name, found)
  return found
}

const isNear = (ctx: Context, iat: number): boolean => Math.abs(ctx.clock.now().getTime() / 1000 - iat) <= tolerance

function isOneOf(urls: string[], htu: unknown): boolean {
  const named = typeof htu === 'string' ? URL.parse(htu) : null
  if (!named) return false
  named.search = ''
  named.hash = ''
  return urls.some((url) => named.href === new URL(url).href)
}

const nonceSeconds = 120

/** The current nonce: every node can compute it, and nobody else can predict the next. */
function currentNonce(ctx: Context, poolId: string): string {
  return nonceOf(ctx, poolId, Math.floor(ctx.clock.now().getTime() / 1000 / nonceSeconds))
}

const nonceOf = (ctx: Context, poolId: string, span: number): string =>
  ctx.keyring.mac('dpop-nonce', poolId, String(span)).subarray(0, 16).toString('base64url')

function isNonceGood(ctx: Context, poolId: string, nonce: unknown): boolean {
  if (typeof nonce !== 'string') return false
  const input = Buffer.from(nonce)
  const span = Math.floor(ctx.clock.now().getTime() / 1000 / nonceSeconds)
  return [span, span - 1].some((one) => {
    const known = Buffer.from(nonceOf(ctx, poolId, one))
    return known.length === input.length && timingSafeEqual(known, input)
  })
}

/** The parts of a call that a proof is about, on every surface. */
export interface BoundCall extends AddressedCall {
  method: string
  get(header: string): string
  set(header: string, value: string): void
  response: { get(header: string): string }
  state: { proofRefused?: ProofRefusal }
}

/** The nonce for the next proof, for scripts as well. */
export function offerNonce(ctx: Context, call: Pick<BoundCall, 'set' | 'response'>, poolId: string): void {
  call.set('DPoP-Nonce', currentNonce(ctx, poolId))
  const exposed = call.response.get('Access-Control-Expose-Headers')
  call.set('Access-Control-Expose-Headers', exposed ? `${exposed}, DPoP-Nonce` : 'DPoP-Nonce')
}

/** For `ctx.confirms`: whether a call proves the key that its token is bound to. */
export const confirmedBy =
  (ctx: Context, call: BoundCall) =>
  async (confirmation: Confirmation, { poolId, token }: { poolId: string; token: string }): Promise<boolean> => {
    const { jkt } = confirmation
    if (jkt === undefined) return holdsCertificate(call, confirmation)
    const proof = call.get('dpop')
    offerNonce(ctx, call, poolId)
    if (!proof) return false
    const urls = await urlsOf(ctx, poolId, call)
    const found = await provenKey(ctx, { poolId, method: call.method, urls, proof, accessToken: token })
    if ('jkt' in found) return found.jkt === jkt
    call.state.proofRefused = found.refused
    return false
  }

/** Only a call at a domain costs a statement: the domain has to be the pool's. */
async function urlsOf(ctx: Context, poolId: string, call: BoundCall): Promise<string[]> {
  const urls = calledUrls(ctx, undefined, call)
  return urls.length > 0 ? urls : calledUrls(ctx, await findPool(ctx, poolId), call)
}
