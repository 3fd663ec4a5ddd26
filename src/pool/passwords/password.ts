import type { Context } from '../../context.ts'
import { dummyHash, hashPassword, verifyPassword } from '../../lib/password-hash.ts'
import { newSalt } from '../../lib/srp.ts'
import { srpVerifierAside } from '../../lib/srp-powers.ts'
import { PasswordHistoryPolicyViolation } from '../../model/errors.ts'
import { doWork } from '../pools/do-work.ts'
import type { Pool } from '../pools/pool.ts'
import { policyOf } from './password-policy.ts'
import { findPassword, listPasswordHashes, type PreparedPassword, type StoredPassword } from './password-store.ts'

export {
  findPassword,
  type PreparedPassword,
  type StoredPassword,
  storePassword,
} from './password-store.ts'

/** The part of a pool's id that SRP uses as the pool's name. */
export const srpPoolName = (poolId: string): string => poolId.slice(poolId.indexOf('_') + 1)

/**
 * Hashes a password for `storePassword`. It takes many milliseconds, so no transaction may be open meanwhile. @throws
 * TooManyRequestsException when too many passwords wait to be hashed
 */
export async function preparePassword(
  ctx: Context,
  pool: Pool,
  user: { id: string; username: string },
  password: string,
  { temporary = false }: { temporary?: boolean } = {},
): Promise<PreparedPassword> {
  const srpSalt = newSalt()
  const identity = { poolName: srpPoolName(pool.id), userId: user.username }
  const hash = await doWork(ctx, pool, (owner) => hashPassword(password, owner))
  const verifier = await doWork(ctx, pool, (owner) => srpVerifierAside(owner, { ...identity, password, salt: srpSalt }))
  return {
    hash,
    srpSalt,
    srpSealed: ctx.keyring.seal(verifier, verifierPlace(pool.id, user.id)),
    temporary,
    expiresAt: temporary ? temporaryUntil(ctx, pool) : null,
    remember: Math.max(0, historySize(pool) - 1),
  }
}

/** Whether it is the user's password; takes the same time where there is no user or no password. */
export async function verifyUserPassword(
  ctx: Context,
  pool: Pool,
  user: { id: string } | undefined,
  password: string,
): Promise<boolean> {
  return passwordMatches(ctx, pool, await findPassword(ctx.db, pool.id, user?.id ?? nobody), password)
}

/** As `verifyUserPassword`, for a password that was read together with its user. */
export async function passwordMatches(
  ctx: Context,
  pool: { id: string },
  stored: { hash: string } | undefined,
  password: string,
): Promise<boolean> {
  const matches = await doWork(ctx, pool, (owner) => verifyPassword(stored?.hash ?? dummyHash(), password, owner))
  return stored !== undefined && matches
}

/** The SRP verifier of the user's password; undefined where there is none. */
export async function findSrpVerifier(
  ctx: Context,
  pool: Pool,
  user: { id: string },
): Promise<{ salt: Buffer; verifier: Buffer } | undefined> {
  const stored = await findPassword(ctx.db, pool.id, user.id)
  return stored && openSrpVerifier(ctx, pool, user, stored)
}

/** As `findSrpVerifier`, for a password that was read together with its user. */
export function openSrpVerifier(
  ctx: Context,
  pool: Pool,
  user: { id: string },
  stored: Pick<StoredPassword, 'srpSalt' | 'srpSealed'>,
): { salt: Buffer; verifier: Buffer } | undefined {
  if (!stored.srpSalt || !stored.srpSealed) return undefined
  return { salt: stored.srpSalt, verifier: ctx.keyring.open(stored.srpSealed, verifierPlace(pool.id, user.id)) }
}

/** @throws PasswordHistoryPolicyViolationException for the present password or a remembered one */
export async function checkPasswordHistory(ctx: Context, pool: Pool, userId: string, password: string): Promise<void> {
  const size = historySize(pool)
  if (size === 0) return
  for (const hash of await listPasswordHashes(ctx.db, pool.id, userId, size)) {
    if (await passwordMatches(ctx, pool, { hash }, password)) throw new PasswordHistoryPolicyViolation()
  }
}

const nobody = '00000000-0000-0000-0000-000000000000'

// A sealed verifier opens only in the row that it was made for.
export const verifierPlace = (poolId: string, userId: string): string => `passwords/${poolId}/${userId}/srp`

const historySize = (pool: Pool): number => policyOf(pool).PasswordHistorySize ?? 0

function temporaryUntil(ctx: Context, pool: Pool): Date {
  // 0 means the default.
  const days = policyOf(pool).TemporaryPasswordValidityDays || 7
  return new Date(ctx.clock.now().getTime() + days * 86_400_000)
}
