import { Lru } from '../lib/lru.ts'
import type { Style } from './branding/style.ts'
import type { Client } from './clients/client.ts'
import type { Pool } from './pools/pool.ts'
import type { VerifiedAccessToken } from './tokens/require-access-token.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'

/**
 * What a node remembers between requests. Nothing here decides anything: every entry is used only at the revision that
 * the request has just read from the database.
 */
export interface Caches {
  pools: Lru<string, Pool>
  clients: Lru<string, Client>
  signingKeys: Lru<string, SigningKeys>
  /** By digest of the token: signatures that were right. Whether a token may be used is asked of the database each time. */
  accessTokens: Lru<string, VerifiedAccessToken>
  /** The custom scopes that exist in a pool. */
  scopes: Lru<string, { revision: number; names: ReadonlySet<string> }>
  /** By client: how its pages look. */
  styles: Lru<string, { revision: string; style: Style }>
}

export function createCaches(): Caches {
  return {
    pools: new Lru(2000),
    clients: new Lru(5000),
    signingKeys: new Lru(2000),
    accessTokens: new Lru(5000),
    scopes: new Lru(2000),
    styles: new Lru(1000),
  }
}
