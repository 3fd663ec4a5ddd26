import type { Context, Trx } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { awaitFirstAttempt, type Medium, type MessagePlan, mediumOf, queueMessage } from '../messages/send.ts'
import { policyOf } from '../passwords/password-policy.ts'
import type { Pool } from '../pools/pool.ts'

export interface Invitation {
  medium: Medium
  to: string
}

/**
 * Where an invitation is sent. SMS is the default, and then a user without a phone number gets none; a medium that was
 * requested must be possible. @throws InvalidParameterException
 */
export function invitationsTo(attributes: Record<string, string>, mediums: string[] | undefined): Invitation[] {
  const asked = mediums?.length ? mediums : undefined
  return (['phone_number', 'email'] as const).flatMap((attribute) => {
    const medium = mediumOf(attribute)
    if (!(asked ?? ['SMS']).includes(medium)) return []
    const to = attributes[attribute]
    if (to) return [{ medium, to }]
    if (!asked) return []
    throw new InvalidParameter(`The attribute ${attribute} is required to send the invitation by ${medium}.`)
  })
}

/** With an undefined password the user is invited to sign in without one. */
export async function queueInvitations(
  trx: Trx,
  ctx: Context,
  pool: Pool,
  invitations: Invitation[],
  invited: { userId: string; username: string; password: string | undefined; plan: MessagePlan | undefined },
): Promise<string[]> {
  const { userId, username, password, plan } = invited
  const days = policyOf(pool).TemporaryPasswordValidityDays || 7
  const expiresAt = new Date(ctx.clock.now().getTime() + days * 86_400_000)
  const ids: string[] = []
  for (const invitation of invitations) {
    const { id } = await queueMessage(trx, ctx, pool, {
      ...invitation,
      userId,
      kind: 'AdminCreateUser',
      code: password ?? '',
      username,
      plan,
      expiresAt,
      ...(password === undefined && { texts: textsWithoutPassword(pool) }),
    })
    ids.push(id)
  }
  return ids
}

/** @throws CodeDeliveryFailureException */
export async function awaitInvitations(ctx: Context, ids: string[]): Promise<void> {
  await Promise.all(ids.map((id) => awaitFirstAttempt(ctx, id)))
}

// The pool's own texts are used; the service's default text must not mention a password that does not exist.
function textsWithoutPassword(pool: Pool) {
  const { EmailMessage, SMSMessage } = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate ?? {}
  const text = 'Your username is {username}. '
  return { emailMessage: EmailMessage ?? text, smsMessage: SMSMessage ?? text }
}
