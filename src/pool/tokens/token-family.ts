import type { Confirmation } from './confirmation.ts'
import type { Proven } from './proven.ts'
import type { RequestedClaims } from './requested-claims.ts'

/** One sign-in that led to tokens, with all that a refresh repeats. */
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
  /** What the app has requested beyond its scopes. */
  claims: RequestedClaims | null
  /** The key that the tokens are bound to. */
  confirmation: Confirmation | null
  createdAt: Date
  /** When its refresh token ends; a rotated one keeps the end of the first. */
  expiresAt: Date
}

/** The scope of the JSON API's own sign-ins, which its token-authorised operations require. */
export const selfServiceScope = 'aws.cognito.signin.user.admin'
