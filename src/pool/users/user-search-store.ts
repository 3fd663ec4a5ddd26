import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables, UserStatus } from '../../store/tables.ts'
import { afterPrefix } from './prefix-range.ts'
import type { User } from './user.ts'
import type { TextColumn, UserSearch } from './user-filter.ts'
import { toUser, type UserRow, userColumns } from './user-store.ts'

/** The last user of a page: the value that the list is ordered by, and the sub, which orders equal values. */
export type UserPosition = { value: string; id: string }

export interface UserPage {
  after: UserPosition | undefined
  limit: number
}

/** A user with their position in the order of the search. */
export type FoundUser = User & { position: string }

/** Every search reads one index in its order, from the position on: a page costs no more than its own rows. */
export async function searchUsers(db: Db, poolId: string, search: UserSearch, page: UserPage): Promise<FoundUser[]> {
  if (search.by === 'nobody') return []
  if (search.by === 'status') return searchStatuses(db, poolId, search.statuses, page)
  const rows = await userSearchQuery(db, poolId, search, page).execute()
  return rows.map(toFound)
}

export const positionOf = ({ position, id }: FoundUser): UserPosition => ({ value: position, id })

type FoundRow = UserRow & { position: string }

const toFound = ({ position, ...row }: FoundRow): FoundUser => ({ ...toUser(row), position })

type SingleSearch = Exclude<UserSearch, { by: 'nobody' } | { by: 'status' }> | { by: 'one status'; status: UserStatus }

/** Exported so that a test can look at the plan of each. */
export function userSearchQuery(
  db: Db,
  poolId: string,
  search: SingleSearch,
  { after, limit }: UserPage,
): SelectQueryBuilder<Tables, 'users', FoundRow> {
  const text = search.by === 'text' ? textOf(search.column) : undefined
  const position = text ?? (search.by === 'one status' ? sql<string>`status` : sql<string>`''`)
  const all = db
    .selectFrom('users')
    .select(userColumns)
    .select(position.as('position'))
    .where('pool_id', '=', poolId)
    .limit(limit)
  const byId = all.orderBy('id').$if(after !== undefined, (query) => query.where('id', '>', after!.id))

  switch (search.by) {
    case 'everyone':
      return byId
    case 'sub':
      return byId.where('id', '>=', search.from).where('id', '<=', search.to)
    case 'one status':
      return byId.where('status', '=', search.status)
    case 'enabled':
      return byId.where(search.enabled ? sql<boolean>`enabled` : sql<boolean>`not enabled`)
    case 'text':
      if (search.match === 'prefix') return byPrefix(all, text!, search, after)
      return byId.where(text!, '=', search.value)
  }
}

/** What is compared: the expression of the index, to the letter. */
function textOf(column: TextColumn): RawBuilder<string> {
  if (column === 'username' || column === 'phone_number') return sql<string>`${sql.ref(column)}`
  const name = sql.lit(column)
  return sql<string>`(case when search_forms -> ${name} ->> 0 = attributes ->> ${name}
    then search_forms -> ${name} ->> 1 else attributes ->> ${name} end) collate "C"`
}

function byPrefix(
  query: SelectQueryBuilder<Tables, 'users', FoundRow>,
  text: RawBuilder<string>,
  { column, value: prefix }: Extract<UserSearch, { by: 'text' }>,
  after: UserPosition | undefined,
): SelectQueryBuilder<Tables, 'users', FoundRow> {
  const end = afterPrefix(prefix)
  const range = query
    .where(text, '>=', prefix)
    .$if(end !== undefined, (part) => part.where(text, '<', end!))
    .orderBy(text)
  // Usernames are unique, so their index has no second column.
  if (column === 'username') return range.$if(after !== undefined, (part) => part.where(text, '>', after!.value))
  return range
    .orderBy('id')
    .$if(after !== undefined, (part) => part.where(sql<boolean>`(${text}, id) > (${after!.value}, ${after!.id}::uuid)`))
}

// One status after the other, in the order of their names: each is a range of the index that is in order already.
async function searchStatuses(db: Db, poolId: string, statuses: UserStatus[], page: UserPage): Promise<FoundUser[]> {
  const found: FoundUser[] = []
  for (const status of statuses) {
    if (page.after && status < page.after.value) continue
    const after = page.after?.value === status ? page.after : undefined
    const limit = page.limit - found.length
    const rows = await userSearchQuery(db, poolId, { by: 'one status', status }, { after, limit }).execute()
    found.push(...rows.map(toFound))
    if (found.length >= page.limit) break
  }
  return found
}

export interface UserScan {
  attribute: string
  /** Part of the value; the case of ASCII letters does not matter. */
  text: string
  /** The id of the last user that was looked at. */
  after: string | undefined
  limit: number
  /** How many users are looked at. */
  maxScanned: number
}

/** Users by an attribute that has no index. There may be more as long as there is a `next`, even if none was found. */
export async function scanUsers(
  db: Db,
  poolId: string,
  { attribute, text, after, limit, maxScanned }: UserScan,
): Promise<{ users: User[]; next: string | undefined }> {
  const ofPool = db
    .selectFrom('users')
    .where('pool_id', '=', poolId)
    .$if(after !== undefined, (query) => query.where('id', '>', after!))
    .orderBy('id')
  const end = await ofPool
    .select('id')
    .offset(maxScanned - 1)
    .limit(1)
    .executeTakeFirst()
  const value = attribute === 'sub' ? sql<string>`id::text` : sql<string>`attributes ->> ${attribute}`
  const rows = await ofPool
    .select(userColumns)
    .$if(end !== undefined, (query) => query.where('id', '<=', end!.id))
    .where(sql<boolean>`strpos(lower(${value}), lower(${text})) > 0`)
    .limit(limit)
    .execute()
  const users = rows.map(toUser)
  return { users, next: users.length === limit ? users.at(-1)!.id : end?.id }
}
