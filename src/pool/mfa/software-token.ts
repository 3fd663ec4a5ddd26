import type { Context, Trx } from '../../context.ts'
import { newTotpSecret, totpStep } from '../../lib/totp.ts'
import { ExpiredCode, SoftwareTokenMFANotFound } from '../../model/errors.ts'
import { softwareTokenMfa } from '../factors/software-token-mfa.ts'
import { mfaFactors } from '../pools/mfa-factors.ts'
import type { Pool } from '../pools/pool.ts'
import type { SoftwareToken } from '../users/mfa.ts'
import { takeStep, upsertSoftwareToken } from './mfa-store.ts'

/** @throws SoftwareTokenMFANotFoundException where the pool does not offer it */
export function requireSoftwareTokens(pool: Pool): void {
  if (!mfaFactors(pool.settings).has(softwareTokenMfa.name))
    throw new SoftwareTokenMFANotFound('Software Token MFA has not been enabled by the userPool')
}

export { newTotpSecret, totpSecretText } from '../../lib/totp.ts'

/** A secret as it is stored: it opens only in the user's own row. */
export const sealSecret = (ctx: Context, poolId: string, userId: string, secret = newTotpSecret()): Buffer =>
  ctx.keyring.seal(secret, secretPlace(poolId, userId))

export const openSecret = (ctx: Context, poolId: string, userId: string, sealed: Buffer): Buffer =>
  ctx.keyring.open(sealed, secretPlace(poolId, userId))

export const secretPlace = (poolId: string, userId: string): string => `mfa_settings/${poolId}/${userId}/token`

/**
 * The time step of a right code; undefined for a wrong one.
 * @throws ExpiredCodeException for one that has been used
 */
export async function checkTokenCode(
  ctx: Context,
  user: { poolId: string; id: string },
  token: SoftwareToken,
  code: string,
): Promise<number | undefined> {
  const step = await totpStep(openSecret(ctx, user.poolId, user.id, token.sealed), code, ctx.clock.now())
  if (step !== undefined && step <= token.lastStep) throw usedCode()
  return step
}

/** @throws ExpiredCodeException for all but one of several uses of the same code */
export async function useTokenCode(
  trx: Trx,
  user: { poolId: string; id: string },
  token: SoftwareToken,
  step: number,
): Promise<void> {
  if (!(await takeStep(trx, user.poolId, user.id, { sealed: token.sealed, step }))) throw usedCode()
}

/** Verifying it uses up that code. */
export function storeSoftwareToken(
  trx: Trx,
  ctx: Context,
  user: { poolId: string; id: string },
  { secret, name, step }: { secret: Buffer; name?: string; step: number },
): Promise<void> {
  const sealed = sealSecret(ctx, user.poolId, user.id, secret)
  return upsertSoftwareToken(trx, user.poolId, user.id, { sealed, name, step })
}

const usedCode = () => new ExpiredCode('Your software token has already been used once.', { reason: 'app-code-used' })
