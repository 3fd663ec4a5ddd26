import type { Context, Trx } from '../../context.ts'
import { issueCode } from '../codes/code.ts'
import { mediumOf, queueMessage } from '../messages/send.ts'
import type { Pool } from '../pools/pool.ts'
import type { MessagePlan } from '../triggers/custom-message.ts'

export const signUpPurpose = 'sign-up'
export const signUpCodeLife = 24 * 3600

export type Verifiable = 'phone_number' | 'email'

/** The addresses that the pool verifies itself. The phone is preferred, and only one of them gets a code at sign-up. */
export function autoVerified(pool: Pool): Verifiable[] {
  return (['phone_number', 'email'] as const).filter((attribute) =>
    pool.settings.AutoVerifiedAttributes?.includes(attribute),
  )
}

/** Where the code that confirms an account goes; nowhere where the user has no address that the pool verifies. */
export function confirmationAttribute(pool: Pool, attributes: Record<string, string>): Verifiable | undefined {
  return autoVerified(pool).find((attribute) => attributes[attribute])
}

/** A code that confirms the account, and the message that carries it. */
export async function queueSignUpCode(
  trx: Trx,
  ctx: Context,
  pool: Pool,
  to: {
    kind: 'SignUp' | 'ResendCode'
    userId: string
    username: string
    clientId: string
    attribute: Verifiable
    value: string
    plan: MessagePlan | undefined
  },
): Promise<{ id: string }> {
  const { kind, userId, username, clientId, attribute, value, plan } = to
  const code = await issueCode(trx, ctx, {
    poolId: pool.id,
    userId,
    purpose: signUpPurpose,
    attribute,
    value,
    lifetime: signUpCodeLife,
  })
  return queueMessage(trx, ctx, pool, {
    userId,
    kind,
    medium: mediumOf(attribute),
    to: value,
    code,
    username,
    clientId,
    plan,
    expiresAt: new Date(ctx.clock.now().getTime() + signUpCodeLife * 1000),
  })
}
