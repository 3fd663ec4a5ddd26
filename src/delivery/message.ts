import type { Keyring } from '../lib/keyring.ts'

/** What goes out, and all of it that is secret: in the outbox it is sealed. */
export interface Message {
  to: string
  /** Empty for SMS. */
  subject: string
  /** The plain text: the whole of an SMS, the alternative of a mail. */
  text: string
  html?: string
  /** The code or temporary password in the text, for the inbox of a dev server. */
  code?: string
  from?: string
  replyTo?: string
  /** Of SES, for mail. */
  configurationSet?: string
  /** The function of the pool's that sends it, in words of its own. */
  sender?: SenderCall
}

/** A function, the key that its codes are encrypted under, and its event, the code still missing. */
export interface SenderCall {
  arn: string
  kmsKeyId: string
  event: { request: object }
}

/** The identity of a message: its pool and its row. */
export interface MessageKey {
  poolId: string
  id: string
}

/** Sealed for its own row: copied to another one, it does not open. */
export const sealMessage = (keyring: Keyring, key: MessageKey, message: Message): Buffer =>
  keyring.seal(JSON.stringify(message), aad(key))

export const openMessage = (keyring: Keyring, key: MessageKey, sealed: Uint8Array): Message =>
  JSON.parse(keyring.open(sealed, aad(key)).toString())

const aad = ({ poolId, id }: MessageKey): string => `outbox ${poolId} ${id}`

/** Pool and row in one word, opaque to those who only wait for it. */
export const messageReference = ({ poolId, id }: MessageKey): string => `${poolId}/${id}`

export function messageKey(reference: string): MessageKey {
  const [poolId = '', id = ''] = reference.split('/')
  return { poolId, id }
}
