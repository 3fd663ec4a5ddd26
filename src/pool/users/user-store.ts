import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import type { Tables, UserStatus } from '../../store/tables.ts'
import type { Revisions } from '../clients/client.ts'
import type { PreparedPassword } from '../passwords/password-store.ts'
import type { LoginName } from './login-names.ts'
import type { User } from './user.ts'

export const userColumns = [
  'users.pool_id',
  'users.id',
  'users.username',
  'users.status',
  'users.enabled',
  'users.attributes',
  'users.tokens_valid_from',
  'users.created_at',
  'users.updated_at',
] as const

export type UserRow = Pick<
  Selectable<Tables['users']>,
  | 'pool_id'
  | 'id'
  | 'username'
  | 'status'
  | 'enabled'
  | 'attributes'
  | 'tokens_valid_from'
  | 'created_at'
  | 'updated_at'
>

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The name as it stands in login_names, or a sub. A name wins over a sub that reads the same. */
export async function findUserByLoginName(db: Db, poolId: string, name: string): Promise<User | undefined> {
  const { rows } = await byLoginName(db, { poolId, name })
  if (rows[0]) return toUser(rows[0])
  return uuid.test(name) ? findUserById(db, poolId, name) : undefined
}

const byLoginName = compiled((db, sought: { poolId: string; name: string }) =>
  usersByLoginName(db, sought).select(userColumns),
)

export const usersByLoginName = (db: Db, { poolId, name }: { poolId: string; name: string }) =>
  db
    .selectFrom('login_names')
    .innerJoin('users', (join) =>
      join.onRef('users.pool_id', '=', 'login_names.pool_id').onRef('users.id', '=', 'login_names.user_id'),
    )
    .where('login_names.pool_id', '=', poolId)
    .where('login_names.name', '=', name)

export async function findUserById(db: Db, poolId: string, id: string): Promise<User | undefined> {
  const { rows } = await byId(db, { poolId, id })
  return rows[0] && toUser(rows[0])
}

const byId = compiled((db, { poolId, id }: { poolId: string; id: string }) =>
  db.selectFrom('users').select(userColumns).where('pool_id', '=', poolId).where('id', '=', id),
)

export function toUser(row: UserRow): User {
  return {
    poolId: row.pool_id,
    id: row.id,
    username: row.username,
    status: row.status,
    enabled: row.enabled,
    attributes: row.attributes,
    tokensValidFrom: row.tokens_valid_from,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export interface NewUser {
  id: string
  username: string
  status: UserStatus
  attributes: Record<string, string>
  /** What the user signs in with; see `loginNamesOf`. */
  names: LoginName[]
  password?: PreparedPassword
}

/** The client that asks, and what its caller remembers: where that is out of date, nothing is inserted. */
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
  names: { name: string; kind: LoginName['kind']; sub?: string }[]
  hash: string | null
  srpSalt: Buffer | null
  srpSealed: Buffer | null
  temporary: boolean | null
  passwordExpiresAt: Date | null
  now: Date
}

/** What the statement answers. */
interface Inserted {
  expected: boolean
  inserted: boolean
  taken: string[]
}

/** The user, unless names of it are taken, or the owner is not the one expected. */
export interface Insertion {
  user: User
  taken: LoginName[]
  expected: boolean
}

/**
 * User, names and password in one statement: all of it, or, where names are taken, nothing. Names come first, so that
 * the primary key of login_names decides between callers; one who gets only some of the names fails by the foreign key.
 * Names are sought one by one: a join would be planned for a hundred, and read the table where there are two.
 * `more` are further inserts in the same statement, each of which selects from `new_user`.
 */
export function userInsertion<More extends object>(more: (values: More) => RawBuilder<unknown>[]) {
  const statement = compiled((db, values: InsertionValues & More) => {
    const { poolId, id, username, status, attributes, names, now, clientId, poolRevision, clientRevision } = values
    const { hash, srpSalt, srpSealed, temporary, passwordExpiresAt } = values
    const further = more(values).map((insert, number) => sql`, ${sql.id(`more_${number}`)} as (${insert})`)
    return sql<Inserted>`
      with owner as (
        select where ${clientId}::text is null or exists (
          select from pools join clients on clients.pool_id = pools.id and clients.id = ${clientId}
          where pools.id = ${poolId} and pools.revision = ${poolRevision} and clients.revision = ${clientRevision}
        )
      ),
      wanted as (select * from jsonb_to_recordset(${names}::jsonb) as given (name text, kind text, sub uuid)),
      taken as (
        select name from wanted
        where (select l.user_id from login_names l where l.pool_id = ${poolId} and l.name = wanted.name) is not null
      ),
      claimed as (
        insert into login_names (pool_id, name, kind, user_id)
        select ${poolId}, name, kind, ${id}::uuid from wanted
        where exists (select from owner) and not exists (select from taken)
          and not exists (
            select from wanted
            where (select u.enabled from users u where u.pool_id = ${poolId} and u.id = wanted.sub) is not null
          )
        on conflict do nothing
        returning name
      ),
      new_user as (
        insert into users (pool_id, id, username, status, attributes, created_at, updated_at)
        select ${poolId}, ${id}::uuid, ${username}, ${status}, ${attributes}::jsonb, ${now}::timestamptz, ${now}::timestamptz
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
      // A name that reads like another user's sub would be found in that user's place.
      names: user.names
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, kind }) => ({ name, kind, ...(uuid.test(name) && { sub: name }) })),
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

export interface UserChanges {
  status?: UserStatus
  enabled?: boolean
  tokensValidFrom?: Date
  /** Values to set; an empty one removes the attribute. */
  attributes?: Record<string, string>
}

/** The user as changed, or undefined where there is none any more. Names are another matter: `followAttributes`. */
export async function updateUser(
  db: Db,
  poolId: string,
  id: string,
  changes: UserChanges,
  now: Date,
): Promise<User | undefined> {
  const { status, enabled, tokensValidFrom, attributes = {} } = changes
  const set = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
  const removed = Object.keys(attributes).filter((name) => attributes[name] === '')
  const row = await db
    .updateTable('users')
    .set({
      ...(status !== undefined && { status }),
      ...(enabled !== undefined && { enabled }),
      ...(tokensValidFrom !== undefined && { tokens_valid_from: tokensValidFrom }),
      ...(changes.attributes && {
        attributes: sql`(attributes || ${set}::jsonb)${sql.join(
          removed.map((name) => sql` - ${name}::text`),
          sql``,
        )}`,
      }),
      updated_at: now,
    })
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .returning(userColumns)
    .executeTakeFirst()
  return row && toUser(row)
}

/** From one status to another; undefined where the user has a third one by now. */
export async function changeStatus(
  db: Db,
  poolId: string,
  id: string,
  from: UserStatus,
  to: UserStatus,
  now: Date,
): Promise<User | undefined> {
  const row = await db
    .updateTable('users')
    .set({ status: to, updated_at: now })
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .where('status', '=', from)
    .returning(userColumns)
    .executeTakeFirst()
  return row && toUser(row)
}

export async function deleteUser(db: Db, poolId: string, id: string): Promise<boolean> {
  const row = await db
    .deleteFrom('users')
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteAttemptsOf(db: Db, poolId: string, userId: string): Promise<void> {
  await db.deleteFrom('attempts').where('pool_id', '=', poolId).where('subject', '=', userId).execute()
}
