import type { Context } from '../../context.ts'
import { sameBytes } from '../../lib/constant-time.ts'

interface About {
  poolId: string
  userId: string
  eventId: string
}

const lifetime = 7 * 86_400_000

/** A token that allows the reader of the user's mail to report on an event, for a week. */
export function feedbackToken(ctx: Context, about: About): string {
  const end = (ctx.clock.now().getTime() + lifetime).toString(36)
  return `${end}.${mac(ctx, about, end).toString('base64url')}`
}

export function isFeedbackToken(ctx: Context, about: About, token: string): boolean {
  const [end = '', signature = ''] = token.split('.')
  if (Number.parseInt(end, 36) <= ctx.clock.now().getTime()) return false
  return sameBytes(Buffer.from(signature, 'base64url'), mac(ctx, about, end))
}

const mac = ({ keyring }: Context, { poolId, userId, eventId }: About, end: string): Buffer =>
  keyring.mac('feedback-token', poolId, userId, eventId, end)
