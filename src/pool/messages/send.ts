import type { Context, Db, RequestContext } from '../../context.ts'
import {
  type Message,
  type MessageKey,
  messageReference,
  type SenderCall,
  sealMessage,
} from '../../delivery/message.ts'
import { insertMessage, type NewMessage } from '../../delivery/outbox-store.ts'
import { uuidv7 } from '../../lib/ids.ts'
import type { Pool } from '../pools/pool.ts'
import type { Medium } from './code-delivery.ts'
import { confirmationLink } from './confirmation-link.ts'
import { fillHtml, fillSubject, fillText, htmlToText } from './fill.ts'
import { mailSettings } from './mail-settings.ts'
import { confirmsByLink, type MessageKind, type MessageTexts, messageTexts } from './texts.ts'

export { awaitFirstAttempt } from './await-first-attempt.ts'
export { codeDelivery, type Medium, mediumOf } from './code-delivery.ts'
export type { MessageKind, MessageTexts } from './texts.ts'

/** What the pool's triggers decide about a message: its text, or that they send it. */
export interface MessagePlan {
  texts?: MessageTexts
  senders: Partial<Record<Medium, SenderCall>>
}

export interface MessageRequest {
  /** The user of the message: it is deleted with them. */
  userId?: string
  kind: MessageKind
  medium: Medium
  to: string
  /** The code or temporary password. */
  code: string
  username?: string
  /** When the code expires: after that nothing is sent, and the text is erased. */
  expiresAt: Date
  /** The client that asked. With a username it makes the link, where the pool confirms a sign-up by one. */
  clientId?: string
  /** Another address for the link. */
  link?: string
  /** Replaces the pool's own texts. */
  texts?: MessageTexts
  /** What `prepareMessage` got from the pool's triggers. */
  plan?: MessagePlan
}

/** A page that sends a message sets its language. */
export type MessageContext = Context & Pick<RequestContext, 'language'>

/** A message in the pool's words, as the outbox stores it, and the id for `awaitFirstAttempt`; see `queueMessage`. */
export function composeMessage(
  ctx: MessageContext,
  pool: Pool,
  request: MessageRequest,
): { id: string; row: NewMessage } {
  const now = ctx.clock.now()
  const key: MessageKey = { poolId: pool.id, id: uuidv7(now) }
  const sender = request.plan?.senders[request.medium]
  const message = sender ? { ...unwritten(request), sender } : writeMessage(ctx, pool, request)
  const row = {
    pool_id: key.poolId,
    id: key.id,
    user_id: request.userId ?? null,
    medium: request.medium,
    by_function: sender !== undefined,
    kind: request.kind,
    sealed: sealMessage(ctx.keyring, key, message),
    created_at: now,
    expires_at: request.expiresAt,
  }
  return { id: sender ? '' : messageReference(key), row }
}

/**
 * Writes a message, in the pool's words, to the outbox, in the transaction that makes its code. It is sent once that
 * commits. The returned id is for `awaitFirstAttempt`; it is empty where a trigger sends the message, for which nobody
 * waits.
 */
export async function queueMessage(
  db: Db,
  ctx: MessageContext,
  pool: Pool,
  request: MessageRequest,
): Promise<{ id: string }> {
  const { id, row } = composeMessage(ctx, pool, request)
  await insertMessage(db, row)
  ctx.outbox.wake()
  return { id }
}

const unwritten = ({ to, code }: MessageRequest): Message => ({ to, code, subject: '', text: '' })

/** Without its sender function, if the pool has one. */
export function writeMessage(ctx: MessageContext, pool: Pool, request: MessageRequest): Message {
  const { to, code, username, clientId } = request
  const byLink = confirmsByLink(pool.settings, request.kind)
  const link =
    request.link ??
    (clientId && username !== undefined ? confirmationLink(ctx, pool, { clientId, username, code }) : undefined)
  const values = { code, username, link }
  const texts = {
    ...messageTexts(pool.settings, {
      kind: request.kind,
      byLink: byLink && link !== undefined,
      language: ctx.language,
    }),
    ...definedTexts(request.texts),
    ...definedTexts(request.plan?.texts),
  }

  if (request.medium === 'SMS') return { to, subject: '', text: fillText(texts.smsMessage, { code, username }), code }
  const html = fillHtml(texts.emailMessage, values)
  return {
    to,
    subject: fillSubject(texts.emailSubject, values),
    html,
    text: htmlToText(html),
    code,
    ...mailSettings(pool),
  }
}

const definedTexts = (texts: MessageTexts = {}): MessageTexts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text))
