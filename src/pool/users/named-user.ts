import { UserNotFound } from '../../model/errors.ts'
import { assumeClient, type Client } from '../clients/client.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import { confirmOwner, type MaybeOwned } from '../clients/owner.ts'
import { checkSecretHash } from '../clients/secret-hash.ts'
import type { Pool } from '../pools/pool.ts'
import { loginName, type User } from './user.ts'
import { findUserAndOwner } from './user-store.ts'

/** The subject of a call without a token: the caller names a client and a user, who may not exist. */
export interface Named {
  pool: Pool
  client: Client
  typed: string
  /** Absent only where the client hides who exists. */
  user?: User
  /** Whether answers must be the same for users that exist and users that do not. */
  hides: boolean
  /** Whose quota it uses: the user's, or that of a name that no user has. */
  subject: string
}

/**
 * `findElsewhere` is called for a name that no user has. @throws ResourceNotFoundException, NotAuthorizedException for
 * the secret hash, UserNotFoundException
 */
export async function requireNamed(
  ctx: MaybeOwned,
  input: { ClientId: string | undefined; Username: string | undefined; SecretHash?: string },
  findElsewhere?: (name: Pick<Named, 'pool' | 'client' | 'typed'>) => Promise<User | undefined>,
): Promise<Named> {
  const { pool, client } = await assumeClient(ctx, input.ClientId!)
  const typed = input.Username!
  checkSecretHash(client, typed, input.SecretHash)
  const name = loginName(pool, typed)
  const { found, user: known } = await findUserAndOwner(ctx.db, { poolId: pool.id, clientId: client.id, name })
  confirmOwner(ctx, found)
  const user = known ?? (await findElsewhere?.({ pool, client, typed }))
  const hides = preventsUserExistenceErrors(client)
  if (!user && !hides) throw unknownName()
  return { pool, client, typed, user, hides, subject: user?.id ?? name }
}

export const unknownName = (): Error =>
  new UserNotFound('Username/client id combination not found.', { reason: 'username-not-found' })
