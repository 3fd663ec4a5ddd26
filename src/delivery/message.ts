import type { Keyring } from '../lib/keyring.ts'
import { currentSpan } from '../lib/spans.ts'

/** The content of a message. It may hold secrets, so the outbox stores it sealed. */
export interface Message {
  to: string
  /** Empty for SMS. */
  subject: string
  /** The plain text: all of an SMS, the alternative part of a mail. */
  text: string
  html?: string
  /** The code or temporary password in the text, for the inbox of a dev server. */
  code?: string
  from?: string
  replyTo?: string
  /** The SES configuration set, for mail. */
  configurationSet?: string
  /** The pool's custom sender function, which sends the code in its own words. */
  sender?: SenderCall
  /** The headers of the trace of the request that it comes from. */
  trace?: Record<string, string>
}

/** A function, the KMS key its codes are encrypted with, and its event without the code. */
export interface SenderCall {
  arn: string
  kmsKeyId: string
  event: { request: object }
}

/** The identity of a message: its pool id and row id. */
export interface MessageKey {
  poolId: string
  id: string
}

/** Sealed for its row: a value copied to another row does not open. */
export const sealMessage = (keyring: Keyring, key: MessageKey, message: Message): Buffer =>
  keyring.seal(JSON.stringify({ ...message, trace: currentSpan()?.headers() }), messageSeal(key))

export const openMessage = (keyring: Keyring, key: MessageKey, sealed: Uint8Array): Message =>
  JSON.parse(keyring.open(sealed, messageSeal(key)).toString())

export const messageSeal = ({ poolId, id }: MessageKey): string => `outbox ${poolId} ${id}`

/** Pool and row as one string, opaque to callers that only wait for the message. */
export const messageReference = ({ poolId, id }: MessageKey): string => `${poolId}/${id}`

export function messageKey(reference: string): MessageKey {
  const [poolId = '', id = ''] = reference.split('/')
  return { poolId, id }
}
