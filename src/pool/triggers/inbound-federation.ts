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
  attributes: Record<string, Record<string, unknown>>
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
      { providerName, providerType, attributes: textsOfParts(attributes) },
      { userAttributesToMap: {} },
    ),
  )
  const mapped = Object.entries(recordIn(response?.userAttributesToMap) ?? {}).filter(([, value]) => value !== null)
  // Values need not be texts here, although the event's are.
  return mapped.length > 0 ? Object.fromEntries(mapped) : undefined
}

// Events hold strings alone; the values of a list are joined by commas.
const textsOfParts = (parts: InboundProfile['attributes']): Record<string, Record<string, string>> =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, textsOfPart(part)]))

const textsOfPart = (part: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(part).flatMap(([name, value]) =>
      value === undefined || value === null
        ? []
        : [[name, Array.isArray(value) ? value.map(textOf).join(',') : textOf(value)]],
    ),
  )

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
