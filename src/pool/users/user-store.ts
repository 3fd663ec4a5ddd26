import { type Selectable, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { compiledRead } from '../../store/compiled.ts'
import type { Tables, UserStatus } from '../../store/tables.ts'
import type { Revisions } from '../clients/owner.ts'
import { expecting, foundRevisions, type OwnerRow, ownerAsItIs } from '../clients/owner-store.ts'
import { foldedAttributes, searchForms } from './search-form.ts'
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

/** `userColumns` for statements that are written out. `users.*` would send the columns that only searches use along. */
export const selectedUserColumns = sql.join(userColumns.map((column) => sql.ref(column)))

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

/** The name as it stands in login_names, or a sub. A name wins over a sub that reads the same. */
export async function findUserByLoginName(db: Db, poolId: string, name: string): Promise<User | undefined> {
  const { rows } = await byLoginName(db, { poolId, name })
  if (rows[0]) return toUser(rows[0])
  return isUuid(name) ? findUserById(db, poolId, name) : undefined
}

const byLoginName = compiledRead((db, lookup: { poolId: string; name: string }) =>
  usersByLoginName(db, lookup).select(userColumns),
)

/** As `findUserByLoginName`, as the first statement of a call that names a client; see `RequestOwner`. */
export async function findUserAndOwner(
  db: Db,
  lookup: { poolId: string; clientId: string; name: string },
): Promise<{ found: Revisions | undefined; user: User | undefined }> {
  const { rows } = await byLoginNameWithOwner(db, lookup)
  const [row] = rows
  const found = foundRevisions(row)
  if (row?.id) return { found, user: toUser(row) }
  const { poolId, name } = lookup
  return { found, user: isUuid(name) ? await findUserById(db, poolId, name) : undefined }
}

const byLoginNameWithOwner = compiledRead((db, values: { poolId: string; clientId: string; name: string }) => {
  const { poolId, clientId, name } = values
  return sql<OwnerRow & (UserRow | { [Name in keyof UserRow]: null })>`
    with ${ownerAsItIs({ poolId, clientId, ...expecting(undefined) })}
    select owner.*, ${selectedUserColumns} from owner
    left join login_names on login_names.pool_id = ${poolId} and login_names.name = ${name}
    left join users on users.pool_id = ${poolId} and users.id = login_names.user_id`.compile(db)
})

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

const byId = compiledRead((db, { poolId, id }: { poolId: string; id: string }) =>
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

export interface UserChanges {
  status?: UserStatus
  enabled?: boolean
  /** Values to set; an empty one removes the attribute. */
  attributes?: Record<string, string>
}

/** The changed user, or undefined where the user is gone. Login names are changed by `followAttributes`. */
export async function updateUser(
  db: Db,
  poolId: string,
  id: string,
  changes: UserChanges,
  now: Date,
): Promise<User | undefined> {
  const { status, enabled, attributes = {} } = changes
  const set = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
  const removed = Object.keys(attributes).filter((name) => attributes[name] === '')
  const row = await db
    .updateTable('users')
    .set({
      ...(status !== undefined && { status }),
      ...(enabled !== undefined && { enabled }),
      ...(changes.attributes && {
        attributes: sql`(attributes || ${set}::jsonb)${sql.join(
          removed.map((name) => sql` - ${name}::text`),
          sql``,
        )}`,
        ...searchFormsAfter(attributes),
      }),
      updated_at: now,
    })
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .returning(userColumns)
    .executeTakeFirst()
  return row && toUser(row)
}

/** Forms of removed values are removed too. */
function searchFormsAfter(changes: Record<string, string>) {
  const changed = foldedAttributes.filter((name) => name in changes)
  if (changed.length === 0) return {}
  return {
    search_forms: sql<null>`nullif(
      coalesce(search_forms, '{}') - ${changed}::text[] || ${searchForms(changes) ?? {}}::jsonb, '{}'::jsonb
    )`,
  }
}

/** From one status to another; undefined where the user is no longer in the first. */
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
