import type { Context } from '../context.ts'
import { Lru } from '../lib/lru.ts'
import { remembered } from '../lib/memory.ts'
import { callOutbound } from '../lib/outbound.ts'
import { isOn } from '../model/extensions.ts'
import { mustPush } from '../pool/clients/fapi2.ts'
import type { Owner } from '../pool/clients/owner.ts'
import { actualUrl } from '../pool/identity-providers/provider-call.ts'
import { maxObjectLength, openedRequest } from './request-object.ts'

const maxWait = 5000
/** Max concurrent fetches: a slow server must not delay the others for long. */
const maxFetches = 20
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
const running = remembered(() => ({ count: 0 }))

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
  const object = await objectAt(ctx, uri!)
  if (object === undefined) return query
  const withObject = new URLSearchParams(query)
  withObject.delete('request_uri')
  withObject.set('request', object)
  // It was fetched just now, so it need not say how long it is good for.
  const opened = await openedRequest(ctx, owner, withObject, [])
  return opened === withObject ? query : opened
}

/** Concurrent requests wait for the same fetch. */
async function objectAt(ctx: Context, uri: string): Promise<string | undefined> {
  const now = ctx.clock.now().getTime()
  const known = fetchedObjects(ctx).get(uri, ({ until }) => now < until)
  if (known) return known.object
  const fetches = running(ctx)
  if (fetches.count >= maxFetches) return undefined
  fetches.count++
  const fetched: Fetched = { until: now + failedFor, object: fetchObject(ctx, uri).finally(() => fetches.count--) }
  fetchedObjects(ctx).set(uri, fetched)
  const object = await fetched.object
  if (object !== undefined) fetched.until = now + (uri.includes('#') ? freshWithFragment : freshFor)
  return object
}

async function fetchObject(ctx: Context, uri: string): Promise<string | undefined> {
  try {
    const { status, headers, body } = await callOutbound(
      actualUrl(ctx, uri),
      { method: 'GET', headers: { accept: types.join(', ') } },
      {
        maxBytes: maxObjectLength,
        allowPrivateAddresses: ctx.config.allowPrivateAddresses,
        signal: AbortSignal.timeout(maxWait),
      },
    )
    const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
    if (status === 200 && types.includes(type)) return body.toString().trim()
    ctx.log.info({ uri, status, type }, 'there is no request object at a request_uri')
  } catch (error) {
    ctx.log.info({ err: error, uri }, 'a request object could not be fetched')
  }
  return undefined
}
