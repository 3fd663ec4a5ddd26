import type { Selectable } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'
import type { User } from './user.ts'

const columns = [
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

type UserRow = Pick<
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
    .select(columns)
    .where('login_names.pool_id', '=', poolId)
    .where('login_names.name', '=', name)
    .executeTakeFirst()
  if (row) return toUser(row)
  return uuid.test(name) ? findUserById(db, poolId, name) : undefined
}

export async function findUserById(db: Db, poolId: string, id: string): Promise<User | undefined> {
  const row = await db
    .selectFrom('users')
    .select(columns)
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
