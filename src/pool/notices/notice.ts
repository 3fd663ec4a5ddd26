import type { StreamStatus } from '../../model/event-stream.ts'

/** Events in a user's life that apps and event receivers are notified of. */
export type UserEvent =
  /** About one browser session, or about all sessions of the user. */
  | { kind: 'session-revoked'; by: Initiator; sid?: string }
  | { kind: 'credential-change'; by: Initiator; change?: 'revoke' }
  | { kind: 'account-disabled' | 'account-enabled' | 'account-purged'; by: Initiator }

/** Events about the stream that they are sent over. */
export type StreamEvent =
  | { kind: 'verification'; state?: string }
  | { kind: 'stream-updated'; status: StreamStatus; reason: string }

export type Initiator = 'admin' | 'user'

/** A notice for one app or one receiver. */
export type Notice =
  | { kind: 'back-channel-logout'; userId: string; clientId: string; sid?: string }
  | { kind: 'backchannel-ping'; userId: string; clientId: string }
  | { kind: 'security-event'; userId: string; uri: string; audience: string; event: UserEvent; at: number }
  | ({ kind: 'stream-event'; streamId: string; at: number } & (
      | { userId: string; event: UserEvent }
      | { userId?: undefined; event: StreamEvent }
    ))

/** These events end sessions, so apps are told to sign the user out. */
export const endsSessions = ({ kind }: UserEvent): boolean =>
  kind === 'session-revoked' || kind === 'account-disabled' || kind === 'account-purged'
