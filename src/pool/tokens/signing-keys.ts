import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { JwtAlgorithm } from '../../lib/jwt.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { isOn } from '../../model/extensions.ts'
import type { Pool } from '../pools/pool.ts'
import { listSigningKeys } from './signing-key-store.ts'

export interface SigningKey {
  kid: string
  use: 'id' | 'access'
  publicJwk: { kty: 'RSA'; n: string; e: string }
  publicKey: KeyObject
  privateKey: KeyObject
}

/** A pool's keys, parsed once. */
export interface SigningKeys {
  /** Pool revision they were read at; a rotation bumps it. */
  revision: number
  /** When the next of them becomes valid or expires, in milliseconds. */
  until: number
  /** The keys that sign now: ID tokens and access tokens never share one. */
  id: SigningKey
  access: SigningKey
  /** Every key that a valid token may name, for verification and JWKS. */
  all: Map<string, SigningKey>
}

const keysOfPools = remembered(() => new Lru<string, SigningKeys>(2000, 'signing-keys'))

/** The keys of a pool as this server last read them, which may be out of date. */
export const knownSigningKeys = (ctx: Context, poolId: string): SigningKeys | undefined => keysOfPools(ctx).peek(poolId)

export async function signingKeys(ctx: Context, pool: Pool): Promise<SigningKeys> {
  const now = ctx.clock.now()
  const cached = keysOfPools(ctx).get(
    pool.id,
    ({ revision, until }) => revision === pool.revision && now.getTime() < until,
  )
  if (cached) return cached
  const rows = (await listSigningKeys(ctx.db, pool.id)).filter((row) => !row.retired_at || row.retired_at > now)
  const all = new Map<string, SigningKey>()
  for (const row of rows) {
    const der = ctx.keyring.open(row.private_sealed, signingKeySeal(row.kid))
    all.set(row.kid, {
      kid: row.kid,
      use: row.use,
      publicJwk: row.public_jwk,
      publicKey: createPublicKey({ key: { ...row.public_jwk }, format: 'jwk' }),
      privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
    })
  }
  // The newest active key of each use signs; rows come oldest first.
  const newest = (use: 'id' | 'access') => {
    const row = rows.findLast((row) => row.use === use && row.active_from <= now)
    if (!row) throw new Error(`Pool ${pool.id} has no active ${use} signing key`)
    return all.get(row.kid)!
  }
  const changes = rows.flatMap((row) => [row.active_from, row.retired_at]).filter((at) => at !== null && at > now)
  const keys = {
    revision: pool.revision,
    until: Math.min(...changes.map((at) => at!.getTime())),
    id: newest('id'),
    access: newest('access'),
    all,
  }
  keysOfPools(ctx).set(pool.id, keys)
  return keys
}

/** What the pool's tokens are signed by. Either is accepted, so that a pool can change. */
export const signingAlgorithm = (pool: Pool): JwtAlgorithm => (isOn('PS256', pool) ? 'PS256' : 'RS256')

/** What a sealed private key is bound to. The kid alone: a spare key gets its pool later. */
export function signingKeySeal(kid: string): string {
  return `signing-key:${kid}`
}
