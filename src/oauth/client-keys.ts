import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import type { Context } from '../context.ts'
import { Lru } from '../lib/lru.ts'
import { remembered } from '../lib/memory.ts'
import type { Client } from '../pool/clients/client.ts'
import { callProvider } from '../pool/identity-providers/provider-call.ts'

type LocalKeys = ReturnType<typeof createLocalJWKSet>

interface Fetched {
  at: number
  keys: Promise<LocalKeys | undefined>
  failed: boolean
}

/** By address. A key that the app has withdrawn is still accepted for this long. */
const fetchedSets = remembered(() => new Lru<string, Fetched>(500, 'client-keys'))
const freshFor = 60_000
/** Anyone can cause a fetch by naming the client, so an address that does not answer is not tried again for a while. */
const failedFor = 10_000

/** The public keys of a client: those of its document, or those at its address. Undefined where it has none. */
export async function keysOfClient(ctx: Context, { extensions }: Client): Promise<LocalKeys | undefined> {
  const { Jwks, JwksUri } = extensions?.Standards ?? {}
  if (Jwks) return createLocalJWKSet(Jwks as JSONWebKeySet)
  if (!JwksUri) return undefined
  const now = Date.now()
  const known = fetchedSets(ctx).get(JwksUri, ({ at, failed }) => now - at < (failed ? failedFor : freshFor))
  if (known) return known.keys
  const fetched: Fetched = { at: now, keys: fetchKeys(ctx, JwksUri), failed: false }
  fetchedSets(ctx).set(JwksUri, fetched)
  const keys = await fetched.keys
  fetched.failed = keys === undefined
  return keys
}

async function fetchKeys(ctx: Context, url: string): Promise<LocalKeys | undefined> {
  try {
    const { status, body } = await callProvider(ctx, url, { method: 'GET', headers: { accept: 'application/json' } })
    return status === 200 ? createLocalJWKSet(JSON.parse(body.toString())) : undefined
  } catch (error) {
    ctx.log.warn({ err: error, url }, "a client's keys could not be fetched")
    return undefined
  }
}

/** The same as a set. */
export const keySetOfClient = async (ctx: Context, client: Client): Promise<JSONWebKeySet | undefined> =>
  (await keysOfClient(ctx, client))?.jwks()
