import type { Context } from '../../context.ts'
import type { SenderCall } from '../../delivery/message.ts'
import type { Medium } from '../messages/code-delivery.ts'
import type { Pool } from '../pools/pool.ts'
import type { MessageOccasion } from './custom-message.ts'
import { eventAttributes, triggerEvent } from './event.ts'

export type { SenderCall } from '../../delivery/message.ts'

/** Sources whose events carry the metadata of the call. */
const withMetadata = new Set(['SignUp', 'ForgotPassword', 'Authentication'])

/**
 * The call that takes the place of sending; undefined where the pool sends itself. The code is put into it, encrypted,
 * when it leaves the outbox.
 */
export function customSender(
  ctx: Context,
  pool: Pool,
  medium: Medium,
  { kind, user, clientId, clientMetadata }: MessageOccasion,
): SenderCall | undefined {
  const { CustomEmailSender, CustomSMSSender, KMSKeyID } = pool.settings.LambdaConfig ?? {}
  const [sender, name, type] =
    medium === 'EMAIL'
      ? ([CustomEmailSender, 'CustomEmailSender', 'customEmailSenderRequestV1'] as const)
      : ([CustomSMSSender, 'CustomSMSSender', 'customSMSSenderRequestV1'] as const)
  if (!sender?.LambdaArn || !KMSKeyID) return undefined
  const request = {
    type,
    code: null,
    clientMetadata: withMetadata.has(kind) ? (clientMetadata ?? null) : null,
    userAttributes: eventAttributes(user),
  }
  const occasion = { source: `${name}_${kind}`, userName: user.username, clientId }
  return { arn: sender.LambdaArn, kmsKeyId: KMSKeyID, event: triggerEvent(ctx, pool, occasion, request, {}) }
}
