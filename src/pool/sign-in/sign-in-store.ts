import { type ExpressionBuilder, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import type { Tables } from '../../store/tables.ts'
import { withoutFlush } from '../../store/without-flush.ts'
import type { AttemptKey } from '../attempts/attempt-store.ts'
import type { CountedGuess } from '../attempts/lock-out.ts'
import type { Revisions } from '../clients/owner.ts'
import { expecting, foundRevisions, type OwnerRow, type OwnerValues, ownerAsItIs } from '../clients/owner-store.ts'
import {
  type Credentials,
  credentialColumns,
  credentialTables,
  type MaybeCredentialsRow,
  toCredentials,
} from './credentials-store.ts'
import {
  accountState,
  type CountedRow,
  countEarly,
  countedColumns,
  countedIn,
  type GuessByAnswer,
  type Nullable,
  noGuess,
} from './early-guess-store.ts'
import type { SignInState } from './sign-in.ts'

/** A session is found by the hash of its string, or by the id that a SECRET_BLOCK holds. */
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

/** When the user's password was set; it can't change until the transaction ends. */
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

export interface NewSignIn extends StoredSignIn {
  sessionHash: Buffer
  createdAt: Date
  expiresAt: Date
}

export async function insertSignIn(db: Db, poolId: string, signIn: NewSignIn): Promise<void> {
  await insertion(db, { ...signIn, poolId })
}

const insertion = compiled((db, row: NewSignIn & { poolId: string }) =>
  sql`
    insert into sign_ins
      (pool_id, id, session_hash, client_id, user_id, challenge, state, sealed, created_at, expires_at)
    values (${row.poolId}, ${row.id}, ${row.sessionHash}, ${row.clientId}, ${row.userId}, ${row.challenge}, ${row.state},
      ${row.sealed}, ${row.createdAt}, ${row.expiresAt})`.compile(db),
)

/**
 * Counts one answer to a session that waits for one of the challenges, and reads its user; without a session where it
 * may not be answered. Nothing is counted where pool and client are not at the expected revisions. An answer that is a
 * guess at a password can be counted as one, too.
 */
export async function countAnswer(
  db: Db,
  key: SessionKey,
  claim: Claim,
  expected?: Revisions,
  guess?: GuessByAnswer,
): Promise<{ found: Revisions | undefined; claimed?: ClaimedSignIn }> {
  const [column, value] = 'hash' in key ? (['session_hash', key.hash] as const) : (['id', key.id] as const)
  const { rows } = await claims[column](db, { ...claim, key: value, ...expecting(expected), ...(guess ?? noGuess) })
  const row = rows[0]
  const found = foundRevisions(row)
  if (!row?.signInId) return { found }
  const { signInId, clientId, userId, challenge, state, sealed } = row
  const credentials = row.id === null ? undefined : toCredentials(row)
  const signIn = toSignIn({ id: signInId, clientId, userId, challenge, state, sealed })
  return { found, claimed: { ...signIn, credentials, guess: countedIn(row) } }
}

export interface ClaimedSignIn extends StoredSignIn {
  credentials?: Credentials
  guess?: CountedGuess
}

interface Claim {
  poolId: string
  clientId: string
  challenges: string[]
  maxAnswers: number
  answeredAt: Date
}

type ClaimedRow = MaybeCredentialsRow &
  OwnerRow &
  CountedRow & {
    signInId: string | null
    clientId: string
    userId: string | null
    challenge: string
    state: unknown
    sealed: Buffer | null
  }

type ClaimValues = Claim & { key: Buffer | string } & OwnerValues & Nullable<GuessByAnswer>

const claimBy = (column: 'session_hash' | 'id') =>
  compiled((db, values: ClaimValues) => {
    const { poolId, key, clientId, challenges, maxAnswers, answeredAt, expectation, judgedStates } = values
    return sql<ClaimedRow>`
      with ${ownerAsItIs(values)},
      claimed as (
        update sign_ins set attempts = attempts + 1
        where exists (select from owner where is_expected)
          and pool_id = ${poolId} and ${sql.ref(column)} = ${key} and client_id = ${clientId}
          and challenge = any(${challenges}::text[]) and attempts < ${maxAnswers}
          and consumed_at is null and sealed is not null and expires_at > ${answeredAt} and ${withoutFlush}
        returning id as "signInId", client_id as "clientId", user_id as "userId", challenge, state, sealed
      ),
      found as materialized (
        select owner.*, claimed.*, ${credentialColumns(poolId)}
        from owner left join claimed on true
        left join users on users.pool_id = ${poolId} and users.id = "userId"
        ${credentialTables(poolId)}
      ),
      guess as (
        select state -> 'guess' ->> 'subject' as subject from found
        where state -> 'guess' -> 'expectations' ? ${expectation} and ${accountState} = any(${judgedStates}::text[])
      ),
      ${countEarly(values)}
      select found.*, ${countedColumns} from found`.compile(db)
  })

const claims = { session_hash: claimBy('session_hash'), id: claimBy('id') }

/** Why a session may not be answered; undefined where it was never one of this client. */
export async function findSessionEnd(
  db: Db,
  poolId: string,
  key: SessionKey,
  clientId: string,
): Promise<{ challenge: string; consumedAt: Date | null; expiresAt: Date } | undefined> {
  return db
    .selectFrom('sign_ins')
    .select(['challenge', 'consumed_at as consumedAt', 'expires_at as expiresAt'])
    .where('pool_id', '=', poolId)
    .where(byKey(key))
    .where('client_id', '=', clientId)
    .executeTakeFirst()
}

/** A session that waits for its answer, without counting one. */
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

/** The newest session of a user that waits for the challenge of this client. */
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

/**
 * Ends a session for good, with what was sealed in it. True for one caller only, however many right answers there are.
 */
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

/**
 * Ends the session in which a password was proven, for one caller only, and the count of guesses. It needs no flush of
 * its own: that of the next session, or of the tokens, covers it.
 */
export async function consumeProven(db: Db, id: string, guesses: AttemptKey, now: Date): Promise<boolean> {
  const { rows } = await provenConsumption(db, { ...guesses, id, now })
  return rows.length > 0
}

const provenConsumption = compiled((db, { poolId, kind, subject, id, now }: AttemptKey & { id: string; now: Date }) =>
  sql`
    with forgotten as (
      delete from attempts where pool_id = ${poolId} and kind = ${kind} and subject = ${subject}
    )
    update sign_ins set consumed_at = ${now}, sealed = null
    where pool_id = ${poolId} and id = ${id} and consumed_at is null and ${withoutFlush}
    returning id`.compile(db),
)

const byKey = (key: SessionKey) => (eb: ExpressionBuilder<Tables, 'sign_ins'>) =>
  'hash' in key ? eb('session_hash', '=', key.hash) : eb('id', '=', key.id)

function toSignIn(
  row: Omit<StoredSignIn, 'state' | 'sealed'> & { state: unknown; sealed: Buffer | null },
): StoredSignIn {
  return { ...row, state: row.state as SignInState, sealed: row.sealed ?? Buffer.alloc(0) }
}
