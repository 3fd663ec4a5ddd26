import type { Context } from '../../context.ts'
import { type Message, type MessageKey, sealMessage } from '../../delivery/message.ts'
import { insertMessage } from '../../delivery/outbox-store.ts'
import { escapeHtml } from '../../lib/escape-html.ts'
import { uuidv7 } from '../../lib/ids.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import type { Medium } from './code-delivery.ts'
import { fillHtml, fillSubject, fillText, htmlToText } from './fill.ts'
import { mailSettings } from './mail-settings.ts'
import { translationFor } from './texts.ts'
import { translations } from './translations.ts'

interface Occasion {
  user: User
  /** The name of the app that asks. */
  app: string
  link: string
  expiresAt: Date
}

/**
 * Tells a user that an app asks for an approval, at a verified address and in the language of their `locale`. What the
 * app says about its request stays out of it: mail and text messages are no place for words of others under the pool's
 * name. Users without a verified address find the request on their account page.
 */
export async function sendApprovalMessage(ctx: Context, pool: Pool, { user, ...occasion }: Occasion): Promise<void> {
  const medium = mediumFor(user)
  if (!medium) return
  const now = ctx.clock.now()
  const key: MessageKey = { poolId: pool.id, id: uuidv7(now) }
  await insertMessage(ctx.db, {
    pool_id: key.poolId,
    id: key.id,
    user_id: user.id,
    medium,
    by_function: false,
    kind: 'BackchannelAuthentication',
    sealed: sealMessage(ctx.keyring, key, messageTo(pool, user, medium, occasion)),
    created_at: now,
    expires_at: occasion.expiresAt,
  })
  ctx.outbox.wake()
}

function mediumFor({ attributes }: User): Medium | undefined {
  if (attributes.email && attributes.email_verified === 'true') return 'EMAIL'
  return attributes.phone_number && attributes.phone_number_verified === 'true' ? 'SMS' : undefined
}

function messageTo(pool: Pool, { attributes }: User, medium: Medium, { app, link }: Omit<Occasion, 'user'>): Message {
  const texts = translationFor(languageFor(attributes.locale))
  const values = { code: '', link }
  const named = (template: string, name: string) => template.replace('{app}', () => name)
  if (medium === 'SMS')
    return { to: attributes.phone_number!, subject: '', text: fillText(named(texts.approval, app), values) }
  const html = fillHtml(named(texts.approval, escapeHtml(app)), values)
  return {
    to: attributes.email!,
    subject: fillSubject(named(texts.approvalSubject, app), values),
    html,
    text: htmlToText(html),
    ...mailSettings(pool),
  }
}

/** The closest of the translations to a locale such as `de-AT`, `pt_BR` or `zh-TW`. */
export function languageFor(locale = ''): string | undefined {
  const tags = Object.keys(translations)
  const wanted = locale.slice(0, 35).replaceAll('_', '-').toLowerCase()
  const [base] = wanted.split('-')
  return (
    tags.find((tag) => tag.toLowerCase() === wanted) ??
    tags.find((tag) => tag === base) ??
    tags.find((tag) => base !== '' && tag.startsWith(`${base}-`))
  )
}
