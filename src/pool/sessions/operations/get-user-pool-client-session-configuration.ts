import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { defaultSsoMinutes } from '../session-config.ts'

type Get = Handler<'GetUserPoolClientSessionConfiguration'>

/** Also answers while the pool does not track sessions: the settings stay, without effect. */
export const getUserPoolClientSessionConfiguration: Get = async (input, ctx) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const MaxValidityMinutes = pool.sideSettings?.sessions?.ssoMinutes[client.id] ?? defaultSsoMinutes
  return { UserPoolId: pool.id, ClientId: client.id, SSOSession: { MaxValidityMinutes } }
}
