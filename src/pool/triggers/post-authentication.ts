import type { Context } from '../../context.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { callTrigger } from './call-trigger.ts'
import { type ClientMetadata, eventAttributes, triggerEvent } from './event.ts'

export interface Authentication {
  pool: Pool
  client: Client
  user: User
  /** Only known in pools that remember devices. */
  newDeviceUsed?: boolean
  clientMetadata?: ClientMetadata
}

/** Called when a sign-in has proven everything. Where the trigger throws, the sign-in ends without tokens. */
export async function postAuthentication(ctx: Context, authentication: Authentication): Promise<void> {
  const { pool, client, user, newDeviceUsed = false, clientMetadata } = authentication
  await callTrigger(ctx, pool, 'PostAuthentication', () =>
    triggerEvent(
      ctx,
      pool,
      { source: 'PostAuthentication_Authentication', userName: user.username, clientId: client.id },
      { userAttributes: eventAttributes(pool, user), newDeviceUsed, clientMetadata },
      {},
    ),
  )
}
