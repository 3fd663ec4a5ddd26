import type { Context } from '../../context.ts'
import { InvalidParameter, NotAuthorized, type ServiceError, UserDisabled } from '../../model/errors.ts'
import { findRecoveryAttribute, type RecoveryAttribute, recoveryAttributes } from '../mfa/recovery-attribute.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'

export const recoveryPurpose = 'forgot-password'
export const recoveryCodeLife = 3600

/**
 * The address of the user that a code for a new password goes to, or why there is none.
 * @throws NotAuthorizedException where only an administrator may help, whoever it is
 */
export async function recoveryOf(
  ctx: Context,
  pool: Pool,
  user: User | undefined,
): Promise<{ attribute: RecoveryAttribute } | { refusal: ServiceError | undefined }> {
  const attribute = await findRecoveryAttribute(ctx, pool, user)
  if (!user) return { refusal: undefined }
  // The service looks for an address before it looks at who still has to confirm their account.
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

/** Why a user, as they stand, may not set a new password by a code; undefined where they may. */
export function stateRefusal(user: User): ServiceError | undefined {
  if (!user.enabled) return new UserDisabled()
  if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED') return wrongState()
  return undefined
}

export const wrongState = (): ServiceError =>
  new NotAuthorized('User password cannot be reset in the current state.', { reason: 'user-state' })

/** Where the code of a user who is not there would go: as of those who are, for most of whom the pool verified it. */
export function simulatedAttributes(pool: Pool): RecoveryAttribute[] {
  const usable = recoveryAttributes(pool)
  const verified = usable.filter((attribute) => pool.settings.AutoVerifiedAttributes?.includes(attribute))
  return verified.length > 0 ? verified : usable
}
