import type { Context } from '../../context.ts'
import type { Client } from '../../pool/clients/client.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import type { Form } from '../form.ts'

export interface TokenAnswer {
  id_token?: string
  access_token: string
  refresh_token?: string
  expires_in: number
  token_type: 'Bearer'
}

/** What one grant_type does for a client that has been authenticated. @throws OAuthError, or a ServiceError of the pool */
export type Grant = (ctx: Context, asking: { pool: Pool; client: Client; form: Form }) => Promise<TokenAnswer>
