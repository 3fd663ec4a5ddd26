import type { Context } from '../context.ts'
import { ServiceError } from '../model/errors.ts'
import { requirePool } from '../pool/pools/pool.ts'
import { requireFeedbackToken, takeFeedback } from '../pool/threat-protection/take-feedback.ts'
import type { Translate } from './texts/texts.ts'
import { type FeedbackView, feedbackView } from './views/feedback-view.ts'
import { type MessageView, messageView } from './views/message-view.ts'

/**
 * The links in a mail about a sign-in: /feedback. Opening one only asks, since mail scanners open links too; its button
 * submits the answer. Only someone who has the link can answer. It needs no cookie.
 */
export async function eventFeedback(
  ctx: Context,
  t: Translate,
  { poolId, query, sent }: { poolId: string; query: URLSearchParams; sent: boolean },
): Promise<{ ask: FeedbackView } | { say: MessageView }> {
  const parameter = (name: string) => query.get(name) ?? ''
  const value = parameter('feedback_value')
  if (value !== 'valid' && value !== 'invalid') return badLink(t)
  const about = { userId: parameter('user_id'), eventId: parameter('event_id'), token: parameter('feedback_token') }
  try {
    const pool = await requirePool(ctx, poolId)
    if (!sent) {
      requireFeedbackToken(ctx, pool, about)
      return { ask: feedbackView(t, value, query) }
    }
    await takeFeedback(ctx, pool, { ...about, value: value === 'valid' ? 'Valid' : 'Invalid' })
    return { say: messageView({ title: t('feedback.thanks'), text: t(`feedback.${value}.done`), failed: false }) }
  } catch (error) {
    if (error instanceof ServiceError) return badLink(t)
    throw error
  }
}

const badLink = (t: Translate) => ({
  say: messageView({ title: t('problem.title'), text: t('feedback.badLink'), failed: true }),
})
