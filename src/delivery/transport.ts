import type { Message, MessageKey } from './message.ts'
import type { Outcome } from './outcome.ts'

export interface Parcel {
  key: MessageKey
  medium: 'EMAIL' | 'SMS'
  /** The purpose: `SignUp`, `ForgotPassword`, … */
  kind: string
  message: Message
  createdAt: Date
}

/** One way to send messages. It never throws if the other side fails. */
export interface Transport {
  send(parcel: Parcel, signal: AbortSignal): Promise<Outcome>
  close?(): void
}
