import { Lru } from '../lib/lru.ts'
import type { Client } from './clients/client.ts'
import type { Pool } from './pools/pool.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'

/**
 * What a node remembers between requests. Nothing here decides anything: every entry is used only at the revision that
 * the request has just read from the database.
 */
export interface Caches {
  pools: Lru<string, Pool>
  clients: Lru<string, Client>
  signingKeys: Lru<string, SigningKeys>
}

export function createCaches(): Caches {
  return { pools: new Lru(2000), clients: new Lru(5000), signingKeys: new Lru(2000) }
}
