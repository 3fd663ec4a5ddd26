import { type MessageKey, sealMessage } from '../../delivery/message.ts'
import { insertMessage } from '../../delivery/outbox-store.ts'
import { uuidv7 } from '../../lib/ids.ts'
import type { Pool } from '../pools/pool.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import { notificationSender } from '../triggers/custom-sender.ts'
import type { User } from '../users/user.ts'
import type { EventContext } from './auth-event.ts'
import { feedbackLink } from './feedback-link.ts'
import { feedbackToken } from './feedback-token.ts'
import { type Action, type MessageFacts, notificationMail } from './notification-mail.ts'
import type { RiskSettings } from './risk-config.ts'

interface Occasion {
  pool: Pool
  clientId: string
  user: User
  action: Action
  eventId: string
  context: EventContext
}

const lifetime = 86_400_000

/** Mails the user about an unusual sign-in, even where the address is not verified. */
export async function notifyUser(ctx: MaybeRequest, settings: RiskSettings, occasion: Occasion): Promise<void> {
  const { pool, clientId, user } = occasion
  const to = user.attributes.email
  const notify = settings.AccountTakeoverRiskConfiguration?.NotifyConfiguration
  if (!to || !notify) return

  const now = ctx.clock.now()
  const facts = messageFacts(ctx, occasion, now)
  const sender = notificationSender(ctx, pool, { userName: user.username, clientId, about: { ...facts } })
  const message = sender ? { subject: '', text: '', sender } : notificationMail(pool, notify, facts)
  const key: MessageKey = { poolId: pool.id, id: uuidv7(now) }
  await insertMessage(ctx.db, {
    pool_id: key.poolId,
    id: key.id,
    user_id: user.id,
    medium: 'EMAIL',
    by_function: sender !== undefined,
    kind: 'RiskNotification',
    sealed: sealMessage(ctx.keyring, key, { to, ...message }),
    created_at: now,
    expires_at: new Date(now.getTime() + lifetime),
  })
  ctx.outbox.wake()
}

function messageFacts(
  ctx: MaybeRequest,
  { pool, clientId, user, action, eventId, context }: Occasion,
  now: Date,
): MessageFacts {
  const token = feedbackToken(ctx, { poolId: pool.id, userId: user.id, eventId })
  const about = { clientId, userId: user.id, eventId, token }
  const link = (value: 'valid' | 'invalid') => feedbackLink(ctx, pool, { ...about, value })
  const { address = 'unknown', city, country, device } = context
  return {
    EVENT_ID: eventId,
    USER_NAME: user.username,
    IP_ADDRESS: address,
    ACCOUNT_TAKE_OVER_ACTION: action,
    ONE_CLICK_LINK_VALID: link('valid'),
    ONE_CLICK_LINK_INVALID: link('invalid'),
    LOGIN_TIME: now.toUTCString(),
    FEEDBACK_TOKEN: token,
    ...(city && { CITY: city }),
    ...(country && { COUNTRY: country }),
    ...(device && { DEVICE_NAME: device }),
  }
}
