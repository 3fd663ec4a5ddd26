/** Events in a user's life that apps and event receivers are notified of. */
export type UserEvent =
  /** About one browser session, or about all sessions of the user. */
  | { kind: 'session-revoked'; by: Initiator; sid?: string }
  | { kind: 'credential-change'; by: Initiator; change?: 'revoke' }
  | { kind: 'account-disabled' | 'account-enabled' | 'account-purged'; by: Initiator }

export type Initiator = 'admin' | 'user'

/** A notice for one app or one receiver about a user. */
export type Notice = { userId: string } & (
  | { kind: 'back-channel-logout'; clientId: string; sid?: string }
  | { kind: 'backchannel-ping'; clientId: string }
  | { kind: 'security-event'; uri: string; audience: string; event: UserEvent; at: number }
)

/** These events end sessions, so apps are told to sign the user out. */
export const endsSessions = ({ kind }: UserEvent): boolean =>
  kind === 'session-revoked' || kind === 'account-disabled' || kind === 'account-purged'
