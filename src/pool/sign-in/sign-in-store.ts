import { type ExpressionBuilder, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'
import { withoutFlush } from '../../store/without-flush.ts'
import type { MfaOfUser } from '../mfa/mfa.ts'
import { mfaColumns, toMfa } from '../mfa/mfa-store.ts'
import type { User } from '../users/user.ts'
import { toUser } from '../users/user-store.ts'
import type { PasswordOfUser, SignInState } from './sign-in.ts'

/** A session as it is kept: found by the hash of its string, or by the id that a SECRET_BLOCK holds. */
export type SessionKey = { hash: Buffer } | { id: string }

export interface StoredSignIn {
  id: string
  clientId: string
  /** Null for a name that no user has. */
  userId: string | null
  challenge: string
  state: SignInState
  sealed: Buffer
}

const columns = ['id', 'client_id as clientId', 'user_id as userId', 'challenge', 'state', 'sealed'] as const

export interface Credentials {
  user: User
  password?: PasswordOfUser
  mfa: MfaOfUser
  /** Their relying parties. */
  passkeys: string[]
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The user of a name as it stands in login_names, or of a sub, with all that they sign in with. A name wins over a sub. */
export async function findCredentialsByName(db: Db, poolId: string, name: string): Promise<Credentials | undefined> {
  const isSub = uuid.test(name)
  const found = await credentials(db, poolId)
    .innerJoin('login_names', (join) =>
      join.onRef('login_names.pool_id', '=', 'users.pool_id').onRef('login_names.user_id', '=', 'users.id'),
    )
    .where('login_names.pool_id', '=', poolId)
    .where('login_names.name', '=', name)
    .executeTakeFirst()
  if (found) return toCredentials(found)
  return isSub ? findCredentials(db, poolId, name) : undefined
}

export async function findCredentials(db: Db, poolId: string, userId: string): Promise<Credentials | undefined> {
  const found = await credentials(db, poolId).where('users.id', '=', userId).executeTakeFirst()
  return found && toCredentials(found)
}

/** When the user's password was set, which stays so until the transaction ends. */
export async function lockPassword(trx: Trx, poolId: string, userId: string): Promise<Date | undefined> {
  const row = await trx
    .selectFrom('passwords')
    .select('set_at')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  return row?.set_at
}

export async function insertSignIn(
  db: Db,
  poolId: string,
  signIn: StoredSignIn & { sessionHash: Buffer; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto('sign_ins')
    .values({
      pool_id: poolId,
      id: signIn.id,
      session_hash: signIn.sessionHash,
      client_id: signIn.clientId,
      user_id: signIn.userId,
      challenge: signIn.challenge,
      state: { ...signIn.state },
      sealed: signIn.sealed,
      created_at: signIn.createdAt,
      expires_at: signIn.expiresAt,
    })
    .execute()
}

/** Counts one answer to a session that awaits one of the challenges; undefined where it may not be answered (any more). */
export async function countAnswer(
  db: Db,
  poolId: string,
  key: SessionKey,
  { clientId, challenges, limit }: { clientId: string; challenges: string[]; limit: number },
  now: Date,
): Promise<StoredSignIn | undefined> {
  const row = await db
    .updateTable('sign_ins')
    .set({ attempts: sql`attempts + 1` })
    .where('pool_id', '=', poolId)
    .where(byKey(key))
    .where('client_id', '=', clientId)
    .where('challenge', 'in', challenges)
    .where('attempts', '<', limit)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .where(withoutFlush)
    .returning(columns)
    .executeTakeFirst()
  return row && toSignIn(row)
}

/** Why a session may not be answered; undefined where it never was one of this client. */
export async function findSessionEnd(
  db: Db,
  poolId: string,
  key: SessionKey,
  clientId: string,
): Promise<{ consumedAt: Date | null; expiresAt: Date } | undefined> {
  return db
    .selectFrom('sign_ins')
    .select(['consumed_at as consumedAt', 'expires_at as expiresAt'])
    .where('pool_id', '=', poolId)
    .where(byKey(key))
    .where('client_id', '=', clientId)
    .executeTakeFirst()
}

/** A session that awaits its answer, without counting one. */
export async function findSignIn(
  db: Db,
  poolId: string,
  key: SessionKey,
  clientId: string,
  now: Date,
): Promise<StoredSignIn | undefined> {
  const row = await db
    .selectFrom('sign_ins')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where(byKey(key))
    .where('client_id', '=', clientId)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row && toSignIn(row)
}

/** The newest session of a user that awaits the given challenge of this client. */
export async function findSignInOf(
  db: Db,
  poolId: string,
  { userId, clientId, challenge }: { userId: string; clientId: string; challenge: string },
  now: Date,
): Promise<StoredSignIn | undefined> {
  const row = await db
    .selectFrom('sign_ins')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('client_id', '=', clientId)
    .where('challenge', '=', challenge)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return row && toSignIn(row)
}

/** Ends a session for good, and what was sealed in it. True for one caller only, however many answered rightly. */
export async function consumeSession(db: Db, poolId: string, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sign_ins')
    .set({ consumed_at: now, sealed: null })
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .where('consumed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const byKey = (key: SessionKey) => (eb: ExpressionBuilder<Tables, 'sign_ins'>) =>
  'hash' in key ? eb('session_hash', '=', key.hash) : eb('id', '=', key.id)

function toSignIn(
  row: Omit<StoredSignIn, 'state' | 'sealed'> & { state: unknown; sealed: Buffer | null },
): StoredSignIn {
  return { ...row, state: row.state as SignInState, sealed: row.sealed ?? Buffer.alloc(0) }
}

function credentials(db: Db, poolId: string) {
  return db
    .selectFrom('users')
    .leftJoin('passwords', (join) =>
      join.onRef('passwords.pool_id', '=', 'users.pool_id').onRef('passwords.user_id', '=', 'users.id'),
    )
    .leftJoin('mfa_settings', (join) =>
      join.onRef('mfa_settings.pool_id', '=', 'users.pool_id').onRef('mfa_settings.user_id', '=', 'users.id'),
    )
    .select(mfaColumns)
    .select(
      sql<string[]>`array(
        select rp_id from passkeys where passkeys.pool_id = users.pool_id and passkeys.user_id = users.id
      )`.as('passkeys'),
    )
    .select([
      'users.pool_id',
      'users.id',
      'users.username',
      'users.status',
      'users.enabled',
      'users.attributes',
      'users.tokens_valid_from',
      'users.created_at',
      'users.updated_at',
      'passwords.hash',
      'passwords.srp_salt as srpSalt',
      'passwords.srp_sealed as srpSealed',
      'passwords.temporary',
      'passwords.expires_at as expiresAt',
      'passwords.set_at as setAt',
    ])
    .where('users.pool_id', '=', poolId)
}

type CredentialsRow = NonNullable<Awaited<ReturnType<ReturnType<typeof credentials>['executeTakeFirst']>>>

function toCredentials(row: CredentialsRow): Credentials {
  const { hash, srpSalt, srpSealed, temporary, expiresAt, setAt } = row
  const password = hash !== null &&
    setAt !== null && { hash, srpSalt, srpSealed, temporary: !!temporary, expiresAt, setAt }
  return { user: toUser(row), mfa: toMfa(row), passkeys: row.passkeys, ...(password && { password }) }
}
