import type { Context, Trx } from '../../context.ts'
import { issueCode, newCode } from '../codes/code.ts'
import { composeMessage, type MessagePlan, type MessageRequest, mediumOf, queueMessage } from '../messages/send.ts'
import type { Pool } from '../pools/pool.ts'

export const signUpPurpose = 'sign-up'
export const signUpCodeLife = 24 * 3600

export type Verifiable = 'phone_number' | 'email'

/** The addresses that the pool verifies itself. The phone is preferred, and only one of them gets a code at sign-up. */
export function autoVerified(pool: Pool): Verifiable[] {
  return (['phone_number', 'email'] as const).filter((attribute) =>
    pool.settings.AutoVerifiedAttributes?.includes(attribute),
  )
}

/** The attribute that the code is sent to; none where the user has no address that the pool verifies. */
export function confirmationAttribute(pool: Pool, attributes: Record<string, string>): Verifiable | undefined {
  return autoVerified(pool).find((attribute) => attributes[attribute])
}

interface SignUpCodeRequest {
  kind: 'SignUp' | 'ResendCode'
  userId: string
  username: string
  clientId: string
  attribute: Verifiable
  value: string
  plan: MessagePlan | undefined
}

/** A code that confirms the account, and the message that carries it. */
export async function queueSignUpCode(
  trx: Trx,
  ctx: Context,
  pool: Pool,
  request: SignUpCodeRequest,
): Promise<{ id: string }> {
  const code = await issueCode(trx, ctx, codeOptions(pool, request))
  return queueMessage(trx, ctx, pool, messageRequest(ctx, request, code))
}

/** As `queueSignUpCode`, to be written together with the account. */
export function newSignUpCode(ctx: Context, pool: Pool, request: SignUpCodeRequest) {
  const { code, row } = newCode(ctx, codeOptions(pool, request))
  return { code: row, message: composeMessage(ctx, pool, messageRequest(ctx, request, code)) }
}

const codeOptions = (pool: Pool, { userId, attribute, value }: SignUpCodeRequest) => ({
  poolId: pool.id,
  userId,
  purpose: signUpPurpose,
  attribute,
  value,
  lifetime: signUpCodeLife,
})

const messageRequest = (ctx: Context, request: SignUpCodeRequest, code: string): MessageRequest => ({
  userId: request.userId,
  kind: request.kind,
  medium: mediumOf(request.attribute),
  to: request.value,
  code,
  username: request.username,
  clientId: request.clientId,
  plan: request.plan,
  expiresAt: new Date(ctx.clock.now().getTime() + signUpCodeLife * 1000),
})
