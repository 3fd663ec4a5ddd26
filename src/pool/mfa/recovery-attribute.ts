import type { Context } from '../../context.ts'
import { NotAuthorized } from '../../model/errors.ts'
import { findSecondFactor } from '../factors/index.ts'
import type { Pool } from '../pools/pool.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { findMfa } from './mfa-store.ts'

export type RecoveryAttribute = 'email' | 'phone_number'

const attributeOf: Record<string, RecoveryAttribute> = {
  verified_email: 'email',
  verified_phone_number: 'phone_number',
}

/** The pool's recovery mechanisms, best first. A pool without the setting prefers the phone. */
export function recoveryMechanisms(pool: Pool): RecoveryAttribute[] | 'admin_only' {
  const mechanisms = pool.settings.AccountRecoverySetting?.RecoveryMechanisms ?? []
  if (mechanisms.length === 0) return ['phone_number', 'email']
  if (mechanisms.some(({ Name }) => Name === 'admin_only')) return 'admin_only'
  return mechanisms
    .toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0))
    .map(({ Name }) => attributeOf[Name ?? ''])
    .filter((attribute) => attribute !== undefined)
}

/** @throws NotAuthorizedException where only an administrator may help */
export function recoveryAttributes(pool: Pool): RecoveryAttribute[] {
  const mechanisms = recoveryMechanisms(pool)
  if (mechanisms === 'admin_only') throw new NotAuthorized('Contact administrator to reset password.')
  return mechanisms
}

/**
 * The attribute that a code for a new password is sent to: the best of the pool's recovery mechanisms that the user has
 * verified, but never the one of their second factor, or one mailbox would open both locks. @throws
 * NotAuthorizedException where only an administrator can help
 */
export function recoveryAttribute(
  pool: Pool,
  user: Pick<User, 'attributes'>,
  mfa?: MfaOfUser,
): RecoveryAttribute | undefined {
  return recoveryAttributes(pool).find(
    (attribute) =>
      user.attributes[attribute] &&
      user.attributes[`${attribute}_verified`] === 'true' &&
      findSecondFactor(mfa?.preferred ?? '')?.sendsTo !== attribute,
  )
}

/** As `recoveryAttribute`, with the same statements for an unknown name. */
export async function findRecoveryAttribute(
  ctx: Context,
  pool: Pool,
  user: Pick<User, 'id' | 'attributes'> | undefined,
): Promise<RecoveryAttribute | undefined> {
  const hasMfa = (pool.settings.MfaConfiguration ?? 'OFF') !== 'OFF'
  const mfa = hasMfa ? await findMfa(ctx.db, pool.id, user?.id ?? nobody) : undefined
  return recoveryAttribute(pool, user ?? { attributes: {} }, mfa)
}

const nobody = '00000000-0000-0000-0000-000000000000'
