import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { compiled } from '../../store/compiled.ts'
import type { UserStatus } from '../../store/tables.ts'
import type { Revisions } from '../clients/owner.ts'
import type { PreparedPassword } from '../passwords/password-store.ts'
import type { LoginName } from '../users/login-names.ts'
import { type SearchForms, searchForms } from '../users/search-form.ts'
import type { User } from '../users/user.ts'

export interface NewUser {
  id: string
  username: string
  status: UserStatus
  attributes: Record<string, string>
  /** The user's login names; see `loginNamesOf`. */
  names: LoginName[]
  password?: PreparedPassword
}

/** The client of the call, at the remembered revisions: where they are out of date, nothing is inserted. */
export interface ExpectedOwner extends Revisions {
  clientId: string
}

interface InsertionValues {
  poolId: string
  clientId: string | null
  poolRevision: number | null
  clientRevision: number | null
  id: string
  username: string
  status: UserStatus
  attributes: Record<string, string>
  forms: SearchForms | null
  names: { name: string; kind: LoginName['kind']; sub?: string }[]
  hash: string | null
  srpSalt: Buffer | null
  srpSealed: Buffer | null
  temporary: boolean | null
  passwordExpiresAt: Date | null
  now: Date
}

/** The row that the statement returns. */
interface Inserted {
  expected: boolean
  inserted: boolean
  taken: string[]
}

/** The user, unless one of the names is taken or the owner is not the expected one. */
export interface Insertion {
  user: User
  taken: LoginName[]
  expected: boolean
}

/**
 * User, names and password in one statement: all of it, or, where names are taken, nothing. Names come first, so that
 * the primary key of login_names decides between callers; one who gets only some of the names fails by the foreign key.
 * Names are looked up one by one: a join would be planned for a hundred, and read the table where there are two.
 * `more` are further inserts in the same statement, each of which selects from `new_user`.
 */
export function userInsertion<More extends object>(more: (values: More) => RawBuilder<unknown>[]) {
  const statement = compiled((db, values: InsertionValues & More) => {
    const { poolId, id, username, status, attributes, forms, names, now } = values
    const { clientId, poolRevision, clientRevision } = values
    const { hash, srpSalt, srpSealed, temporary, passwordExpiresAt } = values
    const further = more(values).map((insert, number) => sql`, ${sql.id(`more_${number}`)} as (${insert})`)
    return sql<Inserted>`
      with owner as (
        select true as is_expected where ${clientId}::text is null or exists (
          select from pools join clients on clients.pool_id = pools.id and clients.id = ${clientId}
          where pools.id = ${poolId} and pools.revision = ${poolRevision} and clients.revision = ${clientRevision}
        )
      ),
      wanted as (
        select name ->> 'name' as name, name ->> 'kind' as kind, (name ->> 'sub')::uuid as sub
        from jsonb_array_elements(${names}::jsonb) as names (name)
      ),
      taken as (
        select name from wanted
        where (select l.user_id from login_names l where l.pool_id = ${poolId} and l.name = wanted.name) is not null
      ),
      claimed as (
        insert into login_names (pool_id, name, kind, user_id)
        select ${poolId}::text, name, kind, ${id}::uuid from wanted
        where exists (select from owner) and not exists (select from taken)
          and not exists (
            select from wanted
            where (select u.enabled from users u where u.pool_id = ${poolId} and u.id = wanted.sub) is not null
          )
        on conflict do nothing
        returning name
      ),
      new_user as (
        insert into users (pool_id, id, username, status, attributes, search_forms, created_at, updated_at)
        select ${poolId}::text, ${id}::uuid, ${username}::text, ${status}::text, ${attributes}::jsonb, ${forms}::jsonb, ${now}::timestamptz, ${now}::timestamptz
        where (select count(*) from claimed) = (select count(*) from wanted)
        returning pool_id, id
      ),
      new_password as (
        insert into passwords (pool_id, user_id, hash, srp_salt, srp_sealed, temporary, expires_at, set_at)
        select pool_id, id, ${hash}::text, ${srpSalt}::bytea, ${srpSealed}::bytea, ${temporary}::boolean,
          ${passwordExpiresAt}::timestamptz, ${now}::timestamptz
        from new_user where ${hash}::text is not null
      )${sql.join(further, sql``)}
      select exists (select from owner) as expected, exists (select from new_user) as inserted,
        array(select name from taken) as taken`.compile(db)
  })

  return async (
    db: Db,
    poolId: string,
    user: NewUser,
    now: Date,
    values: More,
    owner?: ExpectedOwner,
  ): Promise<Insertion> => {
    const { id, username, status, attributes, password } = user
    const all = {
      ...values,
      poolId,
      clientId: owner?.clientId ?? null,
      poolRevision: owner?.pool ?? null,
      clientRevision: owner?.client ?? null,
      id,
      username,
      status,
      attributes,
      forms: searchForms(attributes),
      // A name in the form of another user's sub would be found in that user's place.
      names: user.names
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, kind }) => ({ name, kind, ...(isUuid(name) && { sub: name }) })),
      hash: password?.hash ?? null,
      srpSalt: password?.srpSalt ?? null,
      srpSealed: password?.srpSealed ?? null,
      temporary: password?.temporary ?? null,
      passwordExpiresAt: password?.expiresAt ?? null,
      now,
    }
    const row = await statement(db, all).then(({ rows }) => rows[0]!, lostNames)

    const taken =
      row.inserted || !row.expected
        ? []
        : user.names.filter(({ name }) => row.taken.length === 0 || row.taken.includes(name))
    const times = { tokensValidFrom: null, createdAt: now, updatedAt: now }
    const inserted = { poolId, id, username, status, enabled: true, attributes, ...times }
    return { user: inserted, taken, expected: row.expected }
  }
}

const insertion = userInsertion(() => [])

/** As `userInsertion` says, with nothing more. */
export const insertUser = (db: Db, poolId: string, user: NewUser, now: Date, owner?: ExpectedOwner) =>
  insertion(db, poolId, user, now, {}, owner)

const foreignKeyViolation = '23503'

function lostNames(error: unknown): Inserted {
  if ((error as { code?: string }).code === foreignKeyViolation) return { expected: true, inserted: false, taken: [] }
  throw error
}
