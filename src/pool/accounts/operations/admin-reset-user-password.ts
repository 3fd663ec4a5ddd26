import { InvalidParameter, NotAuthorized, UserDisabled, UserNotFound } from '../../../model/errors.ts'
import { issueCode } from '../../codes/code.ts'
import type { Handler } from '../../handler.ts'
import { mediumOf, queueMessage } from '../../messages/send.ts'
import { findRecoveryAttribute } from '../../mfa/recovery-attribute.ts'
import { addNotices } from '../../notices/add-notices.ts'
import { requirePool } from '../../pools/pool.ts'
import { revokeAllTokens } from '../../tokens/revocation-store.ts'
import { prepareMessage } from '../../triggers/custom-message.ts'
import { requireUser } from '../../users/user.ts'
import { updateUser } from '../../users/user-store.ts'

const codeLife = 3600

/** The present password ends at once, and every session with it; the code that is sent leads to a new one. */
export const adminResetUserPassword: Handler<'AdminResetUserPassword'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  if (!user.enabled) throw new UserDisabled('User is disabled')
  if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED')
    throw new NotAuthorized('User password cannot be reset in the current state.', { reason: 'user-state' })
  const attribute = await findRecoveryAttribute(ctx, pool, user)
  if (!attribute)
    throw new InvalidParameter(
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    )

  const medium = mediumOf(attribute)
  const about = { kind: 'ForgotPassword' as const, user, clientMetadata: input.ClientMetadata }
  const plan = await prepareMessage(ctx, pool, { ...about, mediums: [medium] })

  const now = ctx.clock.now()
  await ctx.db.transaction().execute(async (trx) => {
    const changed = await updateUser(trx, pool.id, user.id, { status: 'RESET_REQUIRED' }, now)
    if (!changed) throw new UserNotFound()
    await addNotices(ctx, trx, pool, { userId: user.id, event: { kind: 'session-revoked', by: 'admin' } })
    const event = { kind: 'credential-change', by: 'admin', change: 'revoke' } as const
    await addNotices(ctx, trx, pool, { userId: user.id, event })
    await revokeAllTokens(trx, pool.id, user.id, now)
    const to = user.attributes[attribute]!
    const code = await issueCode(trx, ctx, {
      poolId: pool.id,
      userId: user.id,
      purpose: 'forgot-password',
      attribute,
      value: to,
      lifetime: codeLife,
    })
    await queueMessage(trx, ctx, pool, {
      userId: user.id,
      kind: 'ForgotPassword',
      medium,
      to,
      code,
      username: user.username,
      plan,
      expiresAt: new Date(now.getTime() + codeLife * 1000),
    })
  })
  return {}
}
