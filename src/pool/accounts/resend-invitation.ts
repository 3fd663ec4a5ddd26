import type { Context } from '../../context.ts'
import { UnsupportedUserState } from '../../model/errors.ts'
import type { Input } from '../handler.ts'
import { preparePassword, storePassword } from '../passwords/password.ts'
import { checkPasswordPolicy, generateTemporaryPassword } from '../passwords/password-policy.ts'
import type { Pool } from '../pools/pool.ts'
import { prepareMessage } from '../triggers/custom-message.ts'
import { requireUser, type User } from '../users/user.ts'
import { changeStatus } from '../users/user-store.ts'
import { awaitInvitations, invitationsTo, queueInvitations } from './invitation.ts'

type Request = Pick<
  Input<'AdminCreateUser'>,
  'Username' | 'TemporaryPassword' | 'DesiredDeliveryMediums' | 'ClientMetadata'
>

/** Sends a new temporary password, with its full validity, to a user who has not signed in yet. */
export async function resendInvitation(ctx: Context, pool: Pool, request: Request): Promise<User> {
  const user = await requireUser(ctx.db, pool, request.Username)
  if (user.status !== 'FORCE_CHANGE_PASSWORD') throw notWaiting(user)
  const invitations = invitationsTo(user.attributes, request.DesiredDeliveryMediums)

  if (request.TemporaryPassword) checkPasswordPolicy(pool, request.TemporaryPassword, 'temporary')
  const password = request.TemporaryPassword || generateTemporaryPassword(pool)
  const prepared = await preparePassword(ctx, pool, user, password, { temporary: true })

  const mediums = invitations.map(({ medium }) => medium)
  const { ClientMetadata: clientMetadata } = request
  const plan = await prepareMessage(ctx, pool, { kind: 'AdminCreateUser', mediums, user, clientMetadata })

  const now = ctx.clock.now()
  const { waiting, sent } = await ctx.db.transaction().execute(async (trx) => {
    const waiting = await changeStatus(trx, pool.id, user.id, 'FORCE_CHANGE_PASSWORD', 'FORCE_CHANGE_PASSWORD', now)
    if (!waiting) throw notWaiting(user)
    await storePassword(trx, pool.id, user.id, prepared, now)
    const sent = await queueInvitations(trx, ctx, pool, invitations, {
      userId: user.id,
      username: request.Username,
      password,
      plan,
    })
    return { waiting, sent }
  })
  await awaitInvitations(ctx, sent)
  return waiting
}

const notWaiting = (user: User): Error =>
  new UnsupportedUserState(`Resend not possible. ${user.username} status is not FORCE_CHANGE_PASSWORD`)
