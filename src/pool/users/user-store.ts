import { type Selectable, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import type { Tables, UserStatus } from '../../store/tables.ts'
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

const byLoginName = compiled((db, { poolId, name }: { poolId: string; name: string }) =>
  db
    .selectFrom('login_names')
    .innerJoin('users', (join) =>
      join.onRef('users.pool_id', '=', 'login_names.pool_id').onRef('users.id', '=', 'login_names.user_id'),
    )
    .select(userColumns)
    .where('login_names.pool_id', '=', poolId)
    .where('login_names.name', '=', name),
)

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

/**
 * User, names and password in one statement: all of it, or, where names are taken, nothing. Names come first, so that
 * the primary key of login_names decides between callers; one who gets only some of the names fails by the foreign key.
 */
export async function insertUser(
  db: Db,
  poolId: string,
  user: NewUser,
  now: Date,
): Promise<{ user: User; taken: LoginName[] }> {
  const names = user.names.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const statement = sql<{ inserted: boolean; taken: string[] }>`
    with wanted (name, kind) as (values ${sql.join(names.map(({ name, kind }) => sql`(${name}, ${kind})`))}),
    taken as (
      select name from login_names
      where pool_id = ${poolId} and name in (${sql.join(names.map(({ name }) => name))})
    ),
    claimed as (
      insert into login_names (pool_id, name, kind, user_id)
      select ${poolId}, name, kind, ${user.id}::uuid from wanted
      where not exists (select from taken)${andNobodysSub(poolId, names)}
      on conflict do nothing
      returning name
    ),
    new_user as (
      insert into users (pool_id, id, username, status, attributes, created_at, updated_at)
      select ${poolId}, ${user.id}::uuid, ${user.username}, ${user.status}, ${user.attributes}::jsonb,
        ${now}::timestamptz, ${now}::timestamptz
      where (select count(*) from claimed) = ${names.length}::integer
      returning id
    )${andPassword(poolId, user.password, now)}
    select exists (select from new_user) as inserted, array(select name from taken) as taken`
  const row = await statement.execute(db).then(({ rows }) => rows[0]!, lostNames)

  const taken = row.inserted ? [] : user.names.filter(({ name }) => row.taken.length === 0 || row.taken.includes(name))
  return {
    user: {
      poolId,
      id: user.id,
      username: user.username,
      status: user.status,
      enabled: true,
      attributes: user.attributes,
      tokensValidFrom: null,
      createdAt: now,
      updatedAt: now,
    },
    taken,
  }
}

// A name that reads like another user's sub would be found in that user's place.
function andNobodysSub(poolId: string, names: LoginName[]) {
  const subs = names.filter(({ name }) => uuid.test(name)).map(({ name }) => name)
  return subs.length === 0
    ? sql``
    : sql` and not exists (select from users where pool_id = ${poolId} and id in (${sql.join(subs)}))`
}

function andPassword(poolId: string, password: PreparedPassword | undefined, now: Date) {
  return !password
    ? sql``
    : sql`, new_password as (
      insert into passwords (pool_id, user_id, hash, srp_salt, srp_sealed, temporary, expires_at, set_at)
      select ${poolId}, id, ${password.hash}, ${password.srpSalt}::bytea, ${password.srpSealed}::bytea,
        ${password.temporary}::boolean, ${password.expiresAt}::timestamptz, ${now}::timestamptz
      from new_user
    )`
}

const foreignKeyViolation = '23503'

function lostNames(error: unknown): { inserted: boolean; taken: string[] } {
  if ((error as { code?: string }).code === foreignKeyViolation) return { inserted: false, taken: [] }
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
