import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { poolPagesUrl } from '../pools/pool-domain.ts'

/**
 * The link by which a user reports whether a sign-in was theirs. The page asks again, since scanners follow links too.
 */
export function feedbackLink(
  ctx: Context,
  pool: Pool,
  about: { clientId: string; userId: string; eventId: string; token: string; value: 'valid' | 'invalid' },
): string {
  const query = new URLSearchParams({
    // For the style of the page.
    client_id: about.clientId,
    user_id: about.userId,
    event_id: about.eventId,
    feedback_token: about.token,
    feedback_value: about.value,
  })
  return `${poolPagesUrl(ctx, pool)}/feedback?${query}`
}
