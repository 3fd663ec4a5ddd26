import type { SendMailOptions } from 'nodemailer'
import { isOneAddress } from '../lib/mail-address.ts'
import type { MessageKey } from './message.ts'
import type { Parcel } from './transport.ts'

export interface MailSettings {
  mailFrom: string
  publicUrl: string
}

/** Undefined if the address is not valid. */
export function mailOf({ key, message }: Parcel, { mailFrom, publicUrl }: MailSettings): SendMailOptions | undefined {
  if (!isOneAddress(message.to)) return undefined
  return {
    messageId: messageId(key, publicUrl),
    from: oneLine(message.from ?? mailFrom),
    // An address object is used as it is: nothing in it can be parsed as a second recipient.
    to: { name: '', address: message.to },
    replyTo: message.replyTo === undefined ? undefined : oneLine(message.replyTo),
    subject: oneLine(message.subject),
    text: message.text,
    html: message.html,
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

export const notAnAddress = 'the address is not one'

// The Message-ID is the same on every node and attempt, so mail clients show a mail sent twice once.
const messageId = ({ id }: MessageKey, publicUrl: string): string => `<${id}@${new URL(publicUrl).hostname}>`

export const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
