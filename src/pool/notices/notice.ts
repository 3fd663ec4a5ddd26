/** What happens to a user, as apps and receivers of events see it. */
export type UserEvent =
  /** Of one session of a browser, or of everything that the user has open. */
  | { kind: 'session-revoked'; by: Initiator; sid?: string }
  | { kind: 'credential-change'; by: Initiator; change?: 'revoke' }
  | { kind: 'account-disabled' | 'account-enabled' | 'account-purged'; by: Initiator }

export type Initiator = 'admin' | 'user'

/** What one app, or one receiver, is to be told of a user. */
export type Notice = { userId: string } & (
  | { kind: 'back-channel-logout'; clientId: string; sid?: string }
  | { kind: 'security-event'; uri: string; audience: string; event: UserEvent; at: number }
)

/** These end what the user has open, so that apps are told to sign them out. */
export const endsSessions = ({ kind }: UserEvent): boolean =>
  kind === 'session-revoked' || kind === 'account-disabled' || kind === 'account-purged'
