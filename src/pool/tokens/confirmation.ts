import { NotAuthorized } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { mustBind } from '../clients/fapi2.ts'
import type { Pool } from '../pools/pool.ts'

/** The `cnf` claim: the key that a caller has to prove to use the token. */
export interface Confirmation {
  /** The thumbprint of the key that DPoP proofs are signed with (RFC 9449). */
  jkt?: string
  /** That of the certificate of the connection (RFC 8705). */
  'x5t#S256'?: string
}

/** @throws NotAuthorizedException for tokens without a key, if the client gets no others than bound ones */
export function requireBound(pool: Pool, client: Client, confirmation: Confirmation | undefined): void {
  if (!confirmation && mustBind(pool, client))
    throw new NotAuthorized('Tokens of this client are bound to a key, which only the OAuth endpoints do.')
}
