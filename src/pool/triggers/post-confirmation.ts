import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { callTrigger } from './call-trigger.ts'
import { type ClientMetadata, eventAttributes, triggerEvent } from './event.ts'

export interface Confirmation {
  source: 'PostConfirmation_ConfirmSignUp' | 'PostConfirmation_ConfirmForgotPassword'
  user: User
  clientId?: string
  clientMetadata?: ClientMetadata
}

/** Called after the change. Where the trigger throws, the call fails, but the change stays. */
export async function postConfirmation(ctx: Context, pool: Pool, confirmation: Confirmation): Promise<void> {
  const { source, user, clientId, clientMetadata } = confirmation
  await callTrigger(ctx, pool, 'PostConfirmation', () =>
    triggerEvent(
      ctx,
      pool,
      { source, userName: user.username, clientId },
      { userAttributes: eventAttributes(pool, user), clientMetadata },
      {},
    ),
  )
}
