import type { Context } from '../../context.ts'
import { InvalidParameter, NotAuthorized, type ServiceError, UserDisabled } from '../../model/errors.ts'
import { findRecoveryAttribute, type RecoveryAttribute, recoveryAttributes } from '../mfa/recovery-attribute.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'

export const recoveryPurpose = 'forgot-password'
export const recoveryCodeLife = 3600

/**
 * The address that a code for a new password is sent to, or why there is none. @throws NotAuthorizedException where
 * only an administrator can help
 */
export async function recoveryOf(
  ctx: Context,
  pool: Pool,
  user: User | undefined,
): Promise<{ attribute: RecoveryAttribute } | { refusal: ServiceError | undefined }> {
  const attribute = await findRecoveryAttribute(ctx, pool, user)
  if (!user) return { refusal: undefined }
  // The service checks for an address before it checks whether the account is confirmed.
  const lacksAddress = !attribute && user.enabled && user.status === 'UNCONFIRMED'
  const refusal = lacksAddress ? noRecoveryAddress() : stateRefusal(user)
  if (refusal) return { refusal }
  return attribute ? { attribute } : { refusal: noRecoveryAddress() }
}

const noRecoveryAddress = (): ServiceError =>
  new InvalidParameter('Cannot reset password for the user as there is no registered/verified email or phone_number', {
    reason: 'no-recovery-address',
    field: 'username',
  })

/** Why a user in this state can't set a new password by a code; undefined where they can. */
export function stateRefusal(user: User): ServiceError | undefined {
  if (!user.enabled) return new UserDisabled()
  if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED') return wrongState()
  return undefined
}

export const wrongState = (): ServiceError =>
  new NotAuthorized('User password cannot be reset in the current state.', { reason: 'user-state' })

/**
 * The addresses that a simulated user's code could go to: like those of real users, most of whose addresses the pool
 * verifies.
 */
export function simulatedAttributes(pool: Pool): RecoveryAttribute[] {
  const usable = recoveryAttributes(pool)
  const verified = usable.filter((attribute) => pool.settings.AutoVerifiedAttributes?.includes(attribute))
  return verified.length > 0 ? verified : usable
}
