import { createLocalJWKSet, errors, type JSONWebKeySet } from 'jose'
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
  /** It was fetched for a key that the set before did not have. */
  renewed?: boolean
}

/** By address. A key that the app has withdrawn is still accepted for this long. */
const fetchedSets = remembered(() => new Lru<string, Fetched>(500, 'client-keys'))
const freshFor = 60_000
/** Anyone can cause a fetch by naming the client, so an address that does not answer is not tried again for a while. */
const failedFor = 10_000
/** Nor is a set fetched again sooner for a key that it lacks: once, and then again. */
const renewableAfter = 1000
const renewedFor = 10_000

/** The public keys of a client: those of its document, or those at its address. Undefined where it has none. */
export async function keysOfClient(ctx: Context, { extensions }: Client): Promise<LocalKeys | undefined> {
  const { Jwks, JwksUri } = extensions?.Standards ?? {}
  if (Jwks) return createLocalJWKSet(Jwks as JSONWebKeySet)
  if (!JwksUri) return undefined
  const now = Date.now()
  const known = fetchedSets(ctx).get(JwksUri, ({ at, failed }) => now - at < (failed ? failedFor : freshFor))
  const keys = await (known?.keys ?? fetchAgain(ctx, JwksUri))
  return keys && withNewKeys(ctx, JwksUri, keys)
}

async function fetchAgain(ctx: Context, url: string, renewed = false): Promise<LocalKeys | undefined> {
  const fetched: Fetched = { at: Date.now(), keys: fetchKeys(ctx, url), failed: false, renewed }
  fetchedSets(ctx).set(url, fetched)
  const keys = await fetched.keys
  fetched.failed = keys === undefined
  return keys
}

/** An app that changes its keys signs by the new one at once. */
function withNewKeys(ctx: Context, url: string, keys: LocalKeys): LocalKeys {
  const find = async (...args: Parameters<LocalKeys>) => {
    try {
      return await keys(...args)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      const renewed = await renewedKeys(ctx, url)
      if (!renewed) throw error
      return renewed(...args)
    }
  }
  return Object.assign(find, { jwks: () => keys.jwks() })
}

async function renewedKeys(ctx: Context, url: string): Promise<LocalKeys | undefined> {
  const known = fetchedSets(ctx).peek(url)
  const isRecent = known && Date.now() - known.at < (known.renewed ? renewedFor : renewableAfter)
  return isRecent ? known.keys : fetchAgain(ctx, url, true)
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
