import type { Context } from '../../context.ts'
import { poolPagesUrl } from '../domains/pool-domain.ts'
import type { Pool } from '../pools/pool.ts'

/** Where a user says with one click whether a sign-in was theirs; the page asks once more, since scanners follow links too. */
export function feedbackLink(
  ctx: Context,
  pool: Pool,
  about: { userId: string; eventId: string; token: string; value: 'valid' | 'invalid' },
): string {
  const { userId, eventId, token, value } = about
  const query = { user_id: userId, event_id: eventId, feedback_token: token, feedback_value: value }
  return `${poolPagesUrl(ctx, pool)}/feedback?${new URLSearchParams(query)}`
}
