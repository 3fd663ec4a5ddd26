import type { Confirmation } from './confirmation.ts'
import type { Proven } from './proven.ts'
import type { RequestedClaims } from './requested-claims.ts'

/** One sign-in that ended in tokens, and all that its refresh token renews. */
export interface TokenFamily {
  originJti: string
  eventId: string
  userId: string
  clientId: string
  /** Space separated. */
  scope: string
  surface: 'api' | 'oauth'
  authTime: Date
  proven: Proven
  deviceKey: string | null
  nonce: string | null
  /** What the app has bound the tokens to (RFC 8707): the access token's audience. */
  resource: string | null
  /** The browser's session that it came through. */
  originSessionId: string | null
  /** What the app has asked for beyond its scopes. */
  claims: RequestedClaims | null
  /** The key that the tokens are bound to. */
  confirmation: Confirmation | null
  createdAt: Date
  /** When its refresh token ends; a rotated one keeps the end of the first. */
  expiresAt: Date
}

/** What the tokens of the JSON API's own sign-in may do, and what its token-authorised operations ask for. */
export const selfServiceScope = 'aws.cognito.signin.user.admin'
