import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { compiled, compiledRead } from '../../store/compiled.ts'
import type { CountedGuess } from '../attempts/lock-out.ts'
import type { Revisions } from '../clients/owner.ts'
import { expecting, foundRevisions, type OwnerRow, type OwnerValues, ownerAsItIs } from '../clients/owner-store.ts'
import { groupsColumn } from '../groups/group-store.ts'
import { type MfaRow, toMfa } from '../mfa/mfa-store.ts'
import type { Group } from '../tokens/claims.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { selectedUserColumns, toUser } from '../users/user-store.ts'
import {
  accountState,
  type CountedRow,
  countEarly,
  countedColumns,
  countedIn,
  type GuessByName,
} from './early-guess-store.ts'
import type { PasswordOfUser } from './sign-in.ts'

/** A user with all that signing in and issuing tokens needs. */
export interface Credentials {
  user: User
  password?: PasswordOfUser
  mfa: MfaOfUser
  /** The relying parties of the user's passkeys. */
  passkeys: string[]
  groups: Group[]
}

export type CredentialsRow = Parameters<typeof toUser>[0] &
  MfaRow & {
    hash: string | null
    srpSalt: Buffer | null
    srpSealed: Buffer | null
    temporary: boolean | null
    expiresAt: Date | null
    setAt: Date | null
    passkeys: string[]
    groups: Group[]
  }

/** Of a row of `users` of the pool, joined to `credentialTables`. */
export const credentialColumns = (poolId: string) => sql`
  ${selectedUserColumns},
  passwords.hash, passwords.srp_salt as "srpSalt", passwords.srp_sealed as "srpSealed", passwords.temporary,
  passwords.expires_at as "expiresAt", passwords.set_at as "setAt",
  mfa_settings.enabled as "mfaEnabled", mfa_settings.preferred as "mfaPreferred",
  mfa_settings.token_sealed as "tokenSealed", mfa_settings.token_name as "tokenName",
  mfa_settings.token_last_step as "tokenLastStep",
  array(select rp_id from passkeys where passkeys.pool_id = ${poolId} and passkeys.user_id = users.id) as passkeys,
  ${groupsColumn(poolId)}`

export const credentialTables = (poolId: string) => sql`
  left join passwords on passwords.pool_id = ${poolId} and passwords.user_id = users.id
  left join mfa_settings on mfa_settings.pool_id = ${poolId} and mfa_settings.user_id = users.id`

export type MaybeCredentialsRow = CredentialsRow | { [name in keyof CredentialsRow]: null }

interface NameOfClient {
  poolId: string
  clientId: string
  /** As it stands in login_names, or a sub. A name wins over a sub. */
  name: string
}

const ownerAndUser = (values: NameOfClient & OwnerValues) => sql`
  select owner.*, ${credentialColumns(values.poolId)} from owner
  left join login_names on login_names.pool_id = ${values.poolId} and login_names.name = ${values.name}
  left join users on users.pool_id = ${values.poolId} and users.id = login_names.user_id
  ${credentialTables(values.poolId)}`

const byName = compiledRead((db, values: NameOfClient & OwnerValues) =>
  sql<MaybeCredentialsRow & OwnerRow>`with ${ownerAsItIs(values)} ${ownerAndUser(values)}`.compile(db),
)

const byNameWithGuess = compiled((db, values: NameOfClient & OwnerValues & GuessByName) => {
  const { unknownSubject, judgedStates } = values
  return sql<MaybeCredentialsRow & OwnerRow & CountedRow>`
    with ${ownerAsItIs(values)},
    found as materialized (${ownerAndUser(values)}),
    guess as (
      select coalesce(id::text, ${unknownSubject}::text) as subject from found
      where is_expected and ${accountState} = any(${judgedStates}::text[])
    ),
    ${countEarly(values)}
    select found.*, ${countedColumns} from found`.compile(db)
})

const byId = compiledRead((db, { poolId, userId }: { poolId: string; userId: string }) =>
  sql<CredentialsRow>`
    select ${credentialColumns(poolId)} from users ${credentialTables(poolId)}
    where users.pool_id = ${poolId} and users.id = ${userId}`.compile(db),
)

async function read(db: Db, values: NameOfClient & OwnerValues) {
  const { rows } = await byName(db, values)
  return { row: rows[0], counted: undefined }
}

async function readWithGuess(db: Db, values: NameOfClient & OwnerValues & GuessByName) {
  const { rows } = await byNameWithGuess(db, values)
  return { row: rows[0], counted: rows[0] && countedIn(rows[0]) }
}

/** Nothing is counted where pool and client are not at the revisions that the request expects. */
export async function findCredentialsByName(
  db: Db,
  lookup: NameOfClient,
  expected?: Revisions,
  guess?: GuessByName,
): Promise<{ found: Revisions | undefined; credentials: Credentials | undefined; guess?: CountedGuess }> {
  const values = { ...lookup, ...expecting(expected) }
  const { row, counted } = guess ? await readWithGuess(db, { ...values, ...guess }) : await read(db, values)
  const found = foundRevisions(row)
  if (row?.id) return { found, credentials: toCredentials(row), guess: counted }
  const { poolId, name } = lookup
  const bySub = isUuid(name) ? await findCredentials(db, poolId, name) : undefined
  return { found, credentials: bySub, guess: counted }
}

export async function findCredentials(db: Db, poolId: string, userId: string): Promise<Credentials | undefined> {
  const { rows } = await byId(db, { poolId, userId })
  return rows[0] && toCredentials(rows[0])
}

export function toCredentials(row: CredentialsRow): Credentials {
  const { hash, srpSalt, srpSealed, temporary, expiresAt, setAt, passkeys, groups } = row
  const password = hash !== null &&
    setAt !== null && { hash, srpSalt, srpSealed, temporary: !!temporary, expiresAt, setAt }
  return { user: toUser(row), mfa: toMfa(row), passkeys, groups, ...(password && { password }) }
}
