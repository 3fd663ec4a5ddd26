import type { Context } from '../../context.ts'
import type { Client } from '../../pool/clients/client.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import type { Confirmation } from '../../pool/tokens/confirmation.ts'
import type { Form } from '../form.ts'

export interface TokenAnswer {
  id_token?: string
  access_token: string
  refresh_token?: string
  expires_in: number
  /** Of a token exchange. */
  issued_token_type?: string
  /** As the standards have it: Cognito names none. */
  scope?: string
  token_type: 'Bearer' | 'DPoP'
}

/** How one grant_type is answered for an authenticated client. @throws OAuthError, or a ServiceError of the pool */
export type Grant = (ctx: Context, asking: Asking) => Promise<TokenAnswer>

export interface Asking {
  pool: Pool
  client: Client
  form: Form
  /** The client has shown nothing but its id. */
  isPublic: boolean
  /** The key that the app has proven to have. */
  confirmation?: Confirmation
  /** It has authenticated by a key, never by a secret. */
  isByKey?: boolean
}

export const tokenType = (confirmation: Confirmation | undefined): TokenAnswer['token_type'] =>
  confirmation?.jkt ? 'DPoP' : 'Bearer'

/** The answer of a grant that gives a user's tokens. */
export const userTokens = (
  tokens: { idToken?: string; accessToken: string; refreshToken?: string; expiresIn: number },
  confirmation: Confirmation | undefined,
): TokenAnswer => ({
  id_token: tokens.idToken,
  access_token: tokens.accessToken,
  refresh_token: tokens.refreshToken,
  expires_in: tokens.expiresIn,
  token_type: tokenType(confirmation),
})
