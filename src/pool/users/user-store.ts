import { type Selectable, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
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
  const row = await db
    .selectFrom('login_names')
    .innerJoin('users', (join) =>
      join.onRef('users.pool_id', '=', 'login_names.pool_id').onRef('users.id', '=', 'login_names.user_id'),
    )
    .select(userColumns)
    .where('login_names.pool_id', '=', poolId)
    .where('login_names.name', '=', name)
    .executeTakeFirst()
  if (row) return toUser(row)
  return uuid.test(name) ? findUserById(db, poolId, name) : undefined
}

export async function findUserById(db: Db, poolId: string, id: string): Promise<User | undefined> {
  const row = await db
    .selectFrom('users')
    .select(userColumns)
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toUser(row)
}

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
 * User, names and password in one statement. Names that another user has are answered, and the caller has to roll back:
 * what was free among them is claimed already.
 */
export async function insertUser(
  trx: Trx,
  poolId: string,
  user: NewUser,
  now: Date,
): Promise<{ user: User; taken: LoginName[] }> {
  const names = user.names.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const password = user.password
  // A name that reads like another user's sub would be found in that user's place.
  const subs = names.filter(({ name }) => uuid.test(name) && name !== user.id).map(({ name }) => name)
  const { rows } = await sql<{ inserted: boolean; claimed: string[] }>`
    with new_user as (
      insert into users (pool_id, id, username, status, attributes, created_at, updated_at)
      select ${poolId}, ${user.id}::uuid, ${user.username}, ${user.status}, ${user.attributes}::jsonb,
        ${now}::timestamptz, ${now}::timestamptz
      ${subs.length > 0 ? sql`where not exists (select from users where pool_id = ${poolId} and id in (${sql.join(subs)}))` : sql``}
      on conflict do nothing
      returning id
    )${
      names.length > 0
        ? sql`, claimed as (
      insert into login_names (pool_id, name, kind, user_id)
      select ${poolId}, n.name, n.kind, new_user.id
      from new_user, (values ${sql.join(names.map(({ name, kind }) => sql`(${name}, ${kind})`))}) as n (name, kind)
      on conflict do nothing
      returning name
    )`
        : sql``
    }${
      password
        ? sql`, new_password as (
      insert into passwords (pool_id, user_id, hash, srp_salt, srp_sealed, temporary, expires_at, set_at)
      select ${poolId}, id, ${password.hash}, ${password.srpSalt}::bytea, ${password.srpSealed}::bytea,
        ${password.temporary}::boolean, ${password.expiresAt}::timestamptz, ${now}::timestamptz
      from new_user
    )`
        : sql``
    }
    select exists (select from new_user) as inserted,
      ${names.length > 0 ? sql`array(select name from claimed)` : sql`'{}'::text[]`} as claimed`.execute(trx)

  const { inserted, claimed } = rows[0]!
  const taken = user.names.filter(({ name }) => !claimed.includes(name))
  if (!inserted && taken.length === 0) taken.push({ name: user.username, kind: 'username' })
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
