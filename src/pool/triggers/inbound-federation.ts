import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { callTrigger } from './call-trigger.ts'
import { triggerEvent } from './event.ts'
import { recordIn } from './response.ts'

export interface InboundProfile {
  /** The username of the profile: `Provider_subject`. */
  userName: string
  clientId: string
  providerName: string
  providerType: string
  /** The provider's answer: `tokenResponse`, `idToken` and `userInfo`, or `samlResponse`. */
  attributes: Record<string, Record<string, unknown>>
}

/**
 * The attributes of a federated sign-in after the pool's trigger: under the provider's names, to be mapped instead of
 * the original ones. Undefined where nothing changes.
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
  // Unlike in the event, values need not be texts here.
  return mapped.length > 0 ? Object.fromEntries(mapped) : undefined
}

// Events contain only strings; the values of a list are joined by commas.
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
