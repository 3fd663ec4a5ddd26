import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import { withoutFlush } from '../../store/without-flush.ts'
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
  type GuessOfSubject,
  type Nullable,
  noGuess,
} from './early-guess-store.ts'

interface CarriedAnswer {
  poolId: string
  clientId: string
  id: string
  userId: string | null
  sessionHash: Buffer
  challenge: string
  createdAt: Date
  expiresAt: Date
  maxAnswers: number
  answeredAt: Date
}

/**
 * Counts one answer to a sign-in that has no row before its first, and reads its user; not `claimed` where it may not
 * be answered any more. The row only counts, and names nobody. Nothing is counted where pool and client are not at the
 * expected revisions.
 */
export async function countCarriedAnswer(
  db: Db,
  answer: CarriedAnswer,
  expected: Revisions | undefined,
  guess: GuessOfSubject | undefined,
): Promise<{ found: Revisions | undefined; claimed?: { credentials?: Credentials; guess?: CountedGuess } }> {
  const { rows } = await claim(db, { ...answer, ...expecting(expected), ...(guess ?? noGuess) })
  const row = rows[0]
  const found = foundRevisions(row)
  if (!row?.isClaimed) return { found }
  const credentials = row.id === null ? undefined : toCredentials(row)
  return { found, claimed: { credentials, guess: countedIn(row) } }
}

type ClaimedRow = MaybeCredentialsRow & OwnerRow & CountedRow & { isClaimed: boolean }

const claim = compiled((db, values: CarriedAnswer & OwnerValues & Nullable<GuessOfSubject>) => {
  const { poolId, clientId, id, userId, sessionHash, challenge, createdAt, expiresAt } = values
  const { maxAnswers, answeredAt, subject, judgedStates } = values
  return sql<ClaimedRow>`
    with ${ownerAsItIs(values)},
    claimed as (
      insert into sign_ins as s
        (pool_id, id, session_hash, client_id, challenge, state, attempts, created_at, expires_at)
      select ${poolId}::text, ${id}::uuid, ${sessionHash}::bytea, ${clientId}::text, ${challenge}::text, '{}', 1,
        ${createdAt}::timestamptz, ${expiresAt}::timestamptz
      from owner where is_expected and ${withoutFlush}
      on conflict (pool_id, id) do update set attempts = s.attempts + 1
        where s.attempts < ${maxAnswers} and s.consumed_at is null and s.expires_at > ${answeredAt}
      returning pool_id
    ),
    found as materialized (
      select owner.*, claimed.pool_id is not null as "isClaimed", ${credentialColumns(poolId)}
      from owner left join claimed on true
      left join users on users.pool_id = ${poolId} and users.id = ${userId}::uuid and claimed.pool_id is not null
      ${credentialTables(poolId)}
    ),
    guess as (
      select ${subject}::text as subject from found
      where "isClaimed" and ${subject}::text is not null and ${accountState} = any(${judgedStates}::text[])
    ),
    ${countEarly(values)}
    select found.*, ${countedColumns} from found`.compile(db)
})
