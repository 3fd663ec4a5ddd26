import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { callTrigger } from './call-trigger.ts'
import { triggerEvent } from './event.ts'
import { recordIn } from './response.ts'

export interface InboundProfile {
  /** As the profile is or will be called: `Provider_subject`. */
  userName: string
  clientId: string
  providerName: string
  providerType: string
  /** What the provider said: `tokenResponse`, `idToken` and `userInfo`, or `samlResponse`. */
  attributes: Record<string, unknown>
}

/**
 * What a federated sign-in brought, as the pool's function would have it: attributes under the provider's names, for the
 * mapping to take in the place of what came. Undefined where all stays as it is.
 */
export async function inboundFederation(
  ctx: Context,
  pool: Pool,
  { userName, clientId, providerName, providerType, attributes }: InboundProfile,
): Promise<Record<string, unknown> | undefined> {
  const response = await callTrigger(ctx, pool, 'InboundFederation', () =>
    triggerEvent(
      ctx,
      pool,
      { source: 'InboundFederation_ExternalProvider', userName, clientId },
      { providerName, providerType, attributes },
      { userAttributesToMap: {} },
    ),
  )
  const mapped = Object.entries(recordIn(response?.userAttributesToMap) ?? {}).filter(([, value]) => value !== null)
  // A provider's lists and objects may come back as they were.
  return mapped.length > 0 ? Object.fromEntries(mapped) : undefined
}
