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
  scope?: string
  token_type: 'Bearer' | 'DPoP'
}

/** What one grant_type does for a client that has been authenticated. @throws OAuthError, or a ServiceError of the pool */
export type Grant = (ctx: Context, asking: Asking) => Promise<TokenAnswer>

export interface Asking {
  pool: Pool
  client: Client
  form: Form
  /** It showed nothing but its name. */
  isPublic: boolean
  /** The key that the app has proven to hold. */
  confirmation?: Confirmation
}

export const tokenType = (confirmation: Confirmation | undefined): TokenAnswer['token_type'] =>
  confirmation?.jkt ? 'DPoP' : 'Bearer'
