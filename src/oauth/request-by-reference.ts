import type { Context } from '../context.ts'
import { QueueFull } from '../lib/fair-queue.ts'
import { Lru } from '../lib/lru.ts'
import { remembered } from '../lib/memory.ts'
import { isOn } from '../model/extensions.ts'
import { mustPush } from '../pool/clients/fapi2.ts'
import type { Owner } from '../pool/clients/owner.ts'
import { createFetchQueue, fetchFromApp, mediaTypeOf } from './fetch-from-app.ts'
import { maxObjectLength, openedRequest } from './request-object.ts'

/** A fragment changes with what lies at the address; without one, this server has to look again soon. */
const freshWithFragment = 3600_000
const freshFor = 60_000
/** Anyone can cause a fetch by naming the client, so an address that fails is not tried again for a while. */
const failedFor = 10_000

const types = ['application/oauth-authz-req+jwt', 'application/jwt']

interface Fetched {
  until: number
  object: Promise<string | undefined>
}

/** By `request_uri`, with its fragment. */
const fetchedObjects = remembered(() => new Lru<string, Fetched>(500, 'request-objects'))
const fetchQueue = remembered(createFetchQueue)

/**
 * A signed request by reference (RFC 9101, 5.2): the object is fetched from the `request_uri`, which has to be one that
 * the app has registered, character by character. If it can't be opened, the `request_uri` stays in the query, and is
 * refused with the other parameters.
 */
export async function referencedRequest(ctx: Context, owner: Owner, query: URLSearchParams): Promise<URLSearchParams> {
  const { pool, client } = owner
  const [uri, ...more] = query.getAll('request_uri')
  const isRead = isOn('RequestsByReference', pool, client) && isOn('RequestObjects', pool, client)
  if (!isRead || mustPush(pool, client) || more.length > 0 || query.has('request')) return query
  if (!client.extensions?.Standards?.RequestUris?.includes(uri!)) return query
  const object = await objectAt(ctx, pool.id, uri!)
  if (object === undefined) return query
  const withObject = new URLSearchParams(query)
  withObject.delete('request_uri')
  withObject.set('request', object)
  // It was fetched just now, so it need not say how long it is good for.
  const opened = await openedRequest(ctx, owner, withObject, [])
  return opened === withObject ? query : opened
}

/** Concurrent requests wait for the same fetch. */
async function objectAt(ctx: Context, poolId: string, uri: string): Promise<string | undefined> {
  const now = ctx.clock.now().getTime()
  const known = fetchedObjects(ctx).get(uri, ({ until }) => now < until)
  if (known) return known.object
  const busy = (error: unknown): undefined => {
    if (!(error instanceof QueueFull)) throw error
    fetched.until = now
  }
  const fetched: Fetched = { until: now + failedFor, object: fetchObject(ctx, poolId, uri).catch(busy) }
  fetchedObjects(ctx).set(uri, fetched)
  const object = await fetched.object
  if (object !== undefined) fetched.until = now + (uri.includes('#') ? freshWithFragment : freshFor)
  return object
}

/** @throws QueueFull */
async function fetchObject(ctx: Context, poolId: string, uri: string): Promise<string | undefined> {
  try {
    const fetch = { queue: fetchQueue(ctx), poolId, accept: types.join(', '), maxBytes: maxObjectLength }
    const answer = await fetchFromApp(ctx, uri, fetch)
    const { status, body } = answer
    const type = mediaTypeOf(answer)
    if (status === 200 && types.includes(type)) return body.toString().trim()
    ctx.log.info({ uri, status, type }, 'there is no request object at a request_uri')
  } catch (error) {
    if (error instanceof QueueFull) throw error
    ctx.log.info({ err: error, uri }, 'a request object could not be fetched')
  }
  return undefined
}
