import type { Message, MessageKey } from './message.ts'
import type { Outcome } from './outcome.ts'

export interface Parcel {
  key: MessageKey
  medium: 'EMAIL' | 'SMS'
  /** Why it is sent: `SignUp`, `ForgotPassword`, … */
  kind: string
  message: Message
  createdAt: Date
}

/** One way out. It never throws for what the other side does. */
export interface Transport {
  send(parcel: Parcel, signal: AbortSignal): Promise<Outcome>
  close?(): void
}
