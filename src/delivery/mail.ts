import type { SendMailOptions } from 'nodemailer'
import { isOneAddress } from '../lib/mail-address.ts'
import type { MessageKey } from './message.ts'
import type { Parcel } from './transport.ts'

export interface MailSettings {
  mailFrom: string
  publicUrl: string
}

/** Undefined where the address is not one. */
export function mailOf({ key, message }: Parcel, { mailFrom, publicUrl }: MailSettings): SendMailOptions | undefined {
  if (!isOneAddress(message.to)) return undefined
  return {
    messageId: messageId(key, publicUrl),
    from: oneLine(message.from ?? mailFrom),
    // An object is taken as it is: nothing in it is read as a second recipient.
    to: { name: '', address: message.to },
    replyTo: message.replyTo === undefined ? undefined : oneLine(message.replyTo),
    subject: oneLine(message.subject),
    text: message.text,
    html: message.html,
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

export const notAnAddress = 'the address is not one'

// The same on every node and at every attempt, so that a mail sent twice is shown once.
const messageId = ({ id }: MessageKey, publicUrl: string): string => `<${id}@${new URL(publicUrl).hostname}>`

export const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
