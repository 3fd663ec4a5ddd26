import type { SelectQueryBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables, UserStatus } from '../../store/tables.ts'
import { afterPrefix } from './prefix-range.ts'
import type { User } from './user.ts'
import type { UserSearch } from './user-filter.ts'
import { toUser, type UserRow, userColumns } from './user-store.ts'

/** The last user of a page: the value that the listing is ordered by, and the sub that tells equals apart. */
export type UserPosition = { value: string; id: string }

export interface UserPage {
  after: UserPosition | undefined
  limit: number
}

/** Every search reads one index in its order, from the position on: a page costs its own length. */
export async function searchUsers(db: Db, poolId: string, search: UserSearch, page: UserPage): Promise<User[]> {
  if (search.by === 'nobody') return []
  if (search.by === 'status') return searchStatuses(db, poolId, search.statuses, page)
  const rows = await userSearchQuery(db, poolId, search, page).execute()
  return rows.map(toUser)
}

export function positionOf(search: UserSearch, user: User): UserPosition {
  if (search.by === 'status') return { value: user.status, id: user.id }
  if (search.by !== 'text') return { value: '', id: user.id }
  const value = search.column === 'username' ? user.username : user.attributes[search.column]
  return { value: value ?? '', id: user.id }
}

type SingleSearch = Exclude<UserSearch, { by: 'nobody' } | { by: 'status' }> | { by: 'one status'; status: UserStatus }

/** Exported so that a test can look at the plan of each. */
export function userSearchQuery(
  db: Db,
  poolId: string,
  search: SingleSearch,
  { after, limit }: UserPage,
): SelectQueryBuilder<Tables, 'users', UserRow> {
  const all = db.selectFrom('users').select(userColumns).where('pool_id', '=', poolId).limit(limit)
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
      return search.match === 'equals'
        ? byId.where(search.column, '=', search.value)
        : byPrefix(all, search.column, search.value, after)
  }
}

function byPrefix(
  query: SelectQueryBuilder<Tables, 'users', UserRow>,
  column: 'username' | Exclude<Extract<UserSearch, { by: 'text' }>['column'], 'username'>,
  prefix: string,
  after: UserPosition | undefined,
): SelectQueryBuilder<Tables, 'users', UserRow> {
  const end = afterPrefix(prefix)
  const range = query
    .where(column, '>=', prefix)
    .$if(end !== undefined, (part) => part.where(column, '<', end!))
    .orderBy(column)
  // Usernames are unique, and their index has nothing behind them.
  if (column === 'username') return range.$if(after !== undefined, (part) => part.where(column, '>', after!.value))
  return range
    .orderBy('id')
    .$if(after !== undefined, (part) =>
      part.where(sql<boolean>`(${sql.ref(column)}, id) > (${after!.value}, ${after!.id}::uuid)`),
    )
}

// One after the other, in the order of their names: each is a stretch of the index that is already in order.
async function searchStatuses(db: Db, poolId: string, statuses: UserStatus[], page: UserPage): Promise<User[]> {
  const found: User[] = []
  for (const status of statuses) {
    if (page.after && status < page.after.value) continue
    const after = page.after?.value === status ? page.after : undefined
    const limit = page.limit - found.length
    const rows = await userSearchQuery(db, poolId, { by: 'one status', status }, { after, limit }).execute()
    found.push(...rows.map(toUser))
    if (found.length >= page.limit) break
  }
  return found
}
