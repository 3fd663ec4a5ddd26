import type { Context } from '../../context.ts'
import type { SenderCall } from '../../delivery/message.ts'
import type { Medium } from '../messages/code-delivery.ts'
import type { Pool } from '../pools/pool.ts'
import type { MessageOccasion } from './custom-message.ts'
import { eventAttributes, triggerEvent } from './event.ts'

/** Sources whose events carry the metadata of the call. */
const withMetadata = new Set(['SignUp', 'ForgotPassword', 'Authentication'])

/**
 * The event for notifying a user of an unusual sign-in: none of the user's attributes, but the facts of the sign-in.
 */
export function notificationSender(
  ctx: Context,
  pool: Pool,
  { userName, clientId, about }: { userName: string; clientId: string; about: Record<string, string> },
): SenderCall | undefined {
  const occasion = { kind: 'AccountTakeOverNotification', userName, clientId }
  return senderCall(ctx, pool, 'EMAIL', occasion, { clientMetadata: null, userAttributes: about })
}

/**
 * The call that replaces sending; undefined where the pool sends itself. The encrypted code is added when it leaves the
 * outbox.
 */
export function customSender(
  ctx: Context,
  pool: Pool,
  medium: Medium,
  { kind, user, clientId, clientMetadata }: MessageOccasion,
): SenderCall | undefined {
  const request = {
    clientMetadata: withMetadata.has(kind) ? (clientMetadata ?? null) : null,
    userAttributes: eventAttributes(pool, user),
  }
  return senderCall(ctx, pool, medium, { kind, userName: user.username, clientId }, request)
}

function senderCall(
  ctx: Context,
  pool: Pool,
  medium: Medium,
  { kind, ...occasion }: { kind: string; userName: string; clientId?: string },
  request: object,
): SenderCall | undefined {
  const { CustomEmailSender, CustomSMSSender, KMSKeyID } = pool.settings.LambdaConfig ?? {}
  const [sender, name, type] =
    medium === 'EMAIL'
      ? ([CustomEmailSender, 'CustomEmailSender', 'customEmailSenderRequestV1'] as const)
      : ([CustomSMSSender, 'CustomSMSSender', 'customSMSSenderRequestV1'] as const)
  if (!sender?.LambdaArn || !KMSKeyID) return undefined
  const source = `${name}_${kind}`
  const event = triggerEvent(ctx, pool, { ...occasion, source }, { type, code: null, ...request }, {})
  return { arn: sender.LambdaArn, kmsKeyId: KMSKeyID, event }
}
