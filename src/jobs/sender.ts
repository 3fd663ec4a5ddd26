import type { Context } from '../context.ts'
import type { Message, SenderCall } from '../delivery/message.ts'
import { delivered, type Outcome, postponed } from '../delivery/outcome.ts'
import { encryptCode } from '../triggers/encrypt-code.ts'

/** No request waits for it, so it may take longer than a trigger. */
const limit = 30_000

/**
 * Passes a message to the pool's custom sender function. Every failure is retried, since it may be fixed while the code
 * is still valid.
 */
export async function sendByFunction(ctx: Context, { code }: Message, sender: SenderCall): Promise<Outcome> {
  const { arn, kmsKeyId, event } = sender
  let encrypted: string | null
  try {
    encrypted = code ? await encryptCode(ctx.config, kmsKeyId, code) : null
  } catch (error) {
    ctx.log.error({ err: error, key: kmsKeyId }, 'a code could not be encrypted for its sender')
    return postponed('the code could not be encrypted')
  }
  const outcome = await ctx.triggers.call(arn, { ...event, request: { ...event.request, code: encrypted } }, limit)
  if (outcome.kind === 'answered') return delivered
  return postponed(outcome.kind === 'threw' ? 'the sender refused' : outcome.error)
}
