import { type MessageKey, sealMessage } from '../../delivery/message.ts'
import { insertMessage } from '../../delivery/outbox-store.ts'
import { escapeHtml } from '../../lib/escape-html.ts'
import { uuidv7 } from '../../lib/ids.ts'
import type { EventContext } from '../auth-events/auth-event.ts'
import { feedbackToken } from '../auth-events/feedback-token.ts'
import { htmlToText } from '../messages/fill.ts'
import type { Pool } from '../pools/pool.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import type { User } from '../users/user.ts'
import type { RiskSettings } from './risk-config.ts'

type Kind = 'BlockEmail' | 'MfaEmail' | 'NoActionEmail'

const lifetime = 86_400_000

const about = `<p>Time: {login-time}<br>Device: {device-name}<br>Address: {ip-address}<br>Place: {city}, {country}</p>`

const defaults: Record<Kind, { Subject: string; HtmlBody: string }> = {
  BlockEmail: {
    Subject: 'Blocked sign-in attempt',
    HtmlBody: `<p>We blocked an unrecognized sign-in to your account.</p>${about}`,
  },
  MfaEmail: {
    Subject: 'New sign-in attempt',
    HtmlBody: `<p>We required a second factor for a sign-in to your account.</p>${about}`,
  },
  NoActionEmail: {
    Subject: 'New sign-in attempt',
    HtmlBody: `<p>We observed an unrecognized sign-in to your account.</p>${about}`,
  },
}

/** A word to the user about a sign-in that was unlike them, also where their address is not verified. */
export async function notifyUser(
  ctx: MaybeRequest,
  given: { pool: Pool; user: User; settings: RiskSettings; kind: Kind; eventId: string; context: EventContext },
): Promise<void> {
  const { pool, user, settings, kind, eventId, context } = given
  const to = user.attributes.email
  const notify = settings.AccountTakeoverRiskConfiguration?.NotifyConfiguration
  if (!to || !notify) return

  const now = ctx.clock.now()
  const token = feedbackToken(ctx, { poolId: pool.id, userId: user.id, eventId })
  const values: Record<string, string> = {
    'ip-address': context.address ?? 'unknown',
    'device-name': context.device ?? 'unknown',
    'login-time': now.toUTCString(),
    city: context.city ?? 'unknown',
    country: context.country ?? 'unknown',
    username: user.username,
    'event-id': eventId,
    'feedback-token': token,
  }
  const { Subject, HtmlBody, TextBody } = notify[kind] ?? { TextBody: undefined, ...defaults[kind] }
  const html = HtmlBody && fill(HtmlBody, values, escapeHtml)
  const text = TextBody ? fill(TextBody, values) : htmlToText(html ?? '')
  const subject = fill(Subject ?? defaults[kind].Subject, values).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')

  const key: MessageKey = { poolId: pool.id, id: uuidv7(now) }
  const message = { to, subject, text, html, from: notify.From, replyTo: notify.ReplyTo }
  await insertMessage(ctx.db, {
    pool_id: key.poolId,
    id: key.id,
    user_id: user.id,
    medium: 'EMAIL',
    kind: 'RiskNotification',
    sealed: sealMessage(ctx.keyring, key, message),
    created_at: now,
    expires_at: new Date(now.getTime() + lifetime),
  })
  ctx.outbox.wake()
}

/** One pass, so that a placeholder in a value stays what it is. */
const fill = (template: string, values: Record<string, string>, write = (value: string) => value): string =>
  template.replace(/\{([a-z-]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? write(values[name]!) : placeholder,
  )
