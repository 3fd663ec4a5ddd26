import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { compiled } from '../../store/compiled.ts'
import { counting, type Scheme } from '../attempts/attempt-store.ts'
import type { CountedGuess } from '../attempts/lock-out.ts'
import type { Revisions } from '../clients/client.ts'
import { groupsColumn } from '../groups/group-store.ts'
import { type MfaRow, toMfa } from '../mfa/mfa-store.ts'
import type { Group } from '../tokens/claims.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { toUser } from '../users/user-store.ts'
import type { PasswordOfUser } from './sign-in.ts'

/** A user with all that they sign in with, and all that their tokens say. */
export interface Credentials {
  user: User
  password?: PasswordOfUser
  mfa: MfaOfUser
  /** Their relying parties. */
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

/** Of a row of `users` joined to `credentialTables`. */
export const credentialColumns = sql`
  users.pool_id, users.id, users.username, users.status, users.enabled, users.attributes, users.tokens_valid_from,
  users.created_at, users.updated_at,
  passwords.hash, passwords.srp_salt as "srpSalt", passwords.srp_sealed as "srpSealed", passwords.temporary,
  passwords.expires_at as "expiresAt", passwords.set_at as "setAt",
  mfa_settings.enabled as "mfaEnabled", mfa_settings.preferred as "mfaPreferred",
  mfa_settings.token_sealed as "tokenSealed", mfa_settings.token_name as "tokenName",
  mfa_settings.token_last_step as "tokenLastStep",
  array(select rp_id from passkeys where passkeys.pool_id = users.pool_id and passkeys.user_id = users.id) as passkeys,
  ${groupsColumn}`

export const credentialTables = sql`
  left join passwords on passwords.pool_id = users.pool_id and passwords.user_id = users.id
  left join mfa_settings on mfa_settings.pool_id = users.pool_id and mfa_settings.user_id = users.id`

/** Of a row of `pools` and `clients`. */
export const revisionColumns = sql`pools.revision as "poolRevision", clients.revision as "clientRevision"`

export type MaybeCredentialsRow = (CredentialsRow | { [name in keyof CredentialsRow]: null }) & {
  poolRevision: number
  clientRevision: number
}

interface NameOfClient {
  poolId: string
  clientId: string
  name: string
}

const selectByName = ({ poolId, clientId, name }: NameOfClient) =>
  sql<MaybeCredentialsRow>`
    select ${revisionColumns}, ${credentialColumns}
    from pools join clients on clients.pool_id = pools.id and clients.id = ${clientId}
    left join login_names on login_names.pool_id = pools.id and login_names.name = ${name}
    left join users on users.pool_id = pools.id and users.id = login_names.user_id
    ${credentialTables}
    where pools.id = ${poolId}`

const byName = compiled((db, sought: NameOfClient) => selectByName(sought).compile(db))

/** A guess that is counted with a read, if the owner is still the one that is remembered. */
export interface GuessOfOwner extends Scheme {
  kind: string
  now: Date
  /** Whether the state of the account is told only with the right password. */
  hidden: boolean
  poolRevision: number
  clientRevision: number
}

export interface GuessByName extends GuessOfOwner {
  /** For a name that no user has; null where such a name is refused. */
  unknownSubject: string | null
}

/** Of a row with the columns of credentials: an account in a state in which its password is judged; see `requireUsable`. */
export const isUsable = sql<boolean>`(enabled and status in ('CONFIRMED', 'FORCE_CHANGE_PASSWORD'))`

const byNameCounting = compiled((db, values: NameOfClient & GuessByName) => {
  const { unknownSubject, hidden, poolRevision, clientRevision } = values
  return sql<MaybeCredentialsRow & { isGuess: boolean; failures: number | null }>`
    with found as materialized (${selectByName(values)}),
    guess as (
      select coalesce(id::text, ${unknownSubject}::text) as subject from found
      where "poolRevision" = ${poolRevision} and "clientRevision" = ${clientRevision}
        and (id is not null or ${unknownSubject}::text is not null)
        and (id is null or ${hidden}::boolean or ${isUsable})
    ),
    counted as (${counting(values, sql`select subject from guess`)})
    select found.*, exists (select from guess) as "isGuess", (select failures from counted) as failures
    from found`.compile(db)
})

const byId = compiled((db, { poolId, userId }: { poolId: string; userId: string }) =>
  sql<CredentialsRow>`
    select ${credentialColumns} from users ${credentialTables}
    where users.pool_id = ${poolId} and users.id = ${userId}`.compile(db),
)

/**
 * The user of a name as it stands in login_names, or of a sub. A name wins over a sub. A guess at the password can be
 * counted in the same statement, where the name cannot be a sub.
 */
export async function findCredentialsByName(
  db: Db,
  sought: NameOfClient,
  guess?: GuessByName,
): Promise<{ current: Revisions | undefined; credentials: Credentials | undefined; guess?: CountedGuess }> {
  if (guess && !isUuid(sought.name)) return findAndCount(db, sought, guess)
  const { rows } = await byName(db, sought)
  const row = rows[0]
  const current = row && revisionsOf(row)
  if (row?.id) return { current, credentials: toCredentials(row) }
  const { poolId, name } = sought
  return { current, credentials: isUuid(name) ? await findCredentials(db, poolId, name) : undefined }
}

async function findAndCount(db: Db, sought: NameOfClient, values: GuessByName) {
  const { rows } = await byNameCounting(db, { ...sought, ...values })
  const row = rows[0]
  const guess = row?.isGuess ? { failures: row.failures ?? undefined } : undefined
  return { current: row && revisionsOf(row), credentials: row?.id ? toCredentials(row) : undefined, guess }
}

export const revisionsOf = (row: { poolRevision: number; clientRevision: number }): Revisions => ({
  pool: row.poolRevision,
  client: row.clientRevision,
})

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
