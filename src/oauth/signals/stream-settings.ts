import type { Context } from '../../context.ts'
import type { StreamSettings } from '../../model/event-stream.ts'
import { publicClientId } from '../../pool/clients/client-document.ts'
import type { Owner } from '../../pool/clients/owner.ts'
import { isProviderUrl } from '../../pool/identity-providers/provider-call.ts'
import { eventTypes } from '../../pool/notices/event-types.ts'
import type { StreamRow } from '../../pool/notices/stream-store.ts'
import { poolIssuer } from '../../pool/pools/pool.ts'
import { isObject, type Members, textIn } from './body.ts'
import { addressOf } from './metadata.ts'
import { invalidRequest } from './signals-error.ts'

/** Seconds between two verifications of a stream. */
export const verificationInterval = 5

export const deliveryMethods = { push: 'urn:ietf:rfc:8935', poll: 'urn:ietf:rfc:8936' } as const

const supported = Object.values(eventTypes)
const maxEventTypes = 100
const maxLength = 1024

/** What the receiver chooses. */
export interface Chosen {
  settings: StreamSettings
  /** The Authorization header for pushes. */
  header: string | undefined
}

/** The stream as its receiver sees it; the header for pushes is a secret, and is not shown again. */
export function streamView(ctx: Context, { pool, client }: Owner, { id, settings }: StreamRow) {
  const { method, endpointUrl, eventsRequested, description } = settings
  return {
    stream_id: id,
    iss: poolIssuer(ctx, pool),
    aud: publicClientId(client),
    delivery: {
      method: deliveryMethods[method],
      endpoint_url: method === 'push' ? endpointUrl : addressOf(ctx, pool, `/poll/${id}`),
    },
    events_supported: supported,
    events_requested: eventsRequested,
    events_delivered: supported.filter((type) => eventsRequested.includes(type)),
    min_verification_interval: verificationInterval,
    description,
  }
}

/** @throws SignalsError */
export function readSettings(ctx: Context, members: Members): Chosen {
  const { delivery, header } = readDelivery(ctx, members.delivery)
  const settings = {
    ...delivery,
    eventsRequested: readEvents(members),
    description: textIn(members, 'description', maxLength),
  }
  return { settings, header }
}

/** Polling unless it says otherwise. */
function readDelivery(ctx: Context, delivery: unknown) {
  if (delivery === undefined || delivery === null) return { delivery: { method: 'poll' as const }, header: undefined }
  if (!isObject(delivery)) throw invalidRequest('delivery must be an object.')
  if (delivery.method === deliveryMethods.poll) return { delivery: { method: 'poll' as const }, header: undefined }
  if (delivery.method !== deliveryMethods.push)
    throw invalidRequest(`The method of delivery must be ${deliveryMethods.push} or ${deliveryMethods.poll}.`)
  const endpointUrl = textIn(delivery, 'endpoint_url', maxLength)
  if (endpointUrl === undefined || !isProviderUrl(ctx, endpointUrl))
    throw invalidRequest('endpoint_url must be an address by https.')
  const header = textIn(delivery, 'authorization_header', 4096)
  if (header !== undefined && !/^[\x20-\x7e]{1,4096}$/.test(header))
    throw invalidRequest('authorization_header must be the value of a header.')
  return { delivery: { method: 'push' as const, endpointUrl }, header }
}

function readEvents({ events_requested: events = [] }: Members): string[] {
  const isType = (value: unknown) => typeof value === 'string' && value.length <= maxLength && !value.includes('\0')
  if (!Array.isArray(events) || events.length > maxEventTypes || !events.every(isType))
    throw invalidRequest(`events_requested must be a list of at most ${maxEventTypes} URIs.`)
  return [...new Set<string>(events)]
}

/** What the transmitter says may be repeated but not changed. @throws SignalsError */
export function checkSupplied(members: Members, view: ReturnType<typeof streamView>): void {
  const names = ['iss', 'aud', 'events_supported', 'events_delivered', 'min_verification_interval'] as const
  const wrong = names.find((name) => members[name] !== undefined && !isSame(members[name], view[name]))
  if (wrong) throw invalidRequest(`${wrong} is not what it was.`)
}

/** The order of a list does not matter; an audience may be a list of one. */
function isSame(value: unknown, current: unknown): boolean {
  const list = (each: unknown) => JSON.stringify([each].flat().sort())
  return list(value) === list(current)
}
