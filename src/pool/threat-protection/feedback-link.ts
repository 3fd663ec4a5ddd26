import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { poolPagesUrl } from '../pools/pool-domain.ts'

/** Where a user says with one click whether a sign-in was theirs; the page asks once more, since scanners follow links too. */
export function feedbackLink(
  ctx: Context,
  pool: Pool,
  about: { clientId: string; userId: string; eventId: string; token: string; value: 'valid' | 'invalid' },
): string {
  const query = new URLSearchParams({
    // Whose style the page has.
    client_id: about.clientId,
    user_id: about.userId,
    event_id: about.eventId,
    feedback_token: about.token,
    feedback_value: about.value,
  })
  return `${poolPagesUrl(ctx, pool)}/feedback?${query}`
}
