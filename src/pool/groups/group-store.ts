import { type Selectable, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { foldCase } from '../../lib/fold.ts'
import type { Tables } from '../../store/tables.ts'
import type { User } from '../users/user.ts'
import { toUser, userColumns } from '../users/user-store.ts'

export type Group = Omit<Selectable<Tables['groups']>, 'name_key'>

export interface GroupSettings {
  description: string | null
  precedence: number | null
  role_arn: string | null
}

export interface After<Position> {
  after: Position | undefined
  limit: number
}

const columns = [
  'groups.pool_id',
  'groups.name',
  'groups.description',
  'groups.precedence',
  'groups.role_arn',
  'groups.created_at',
  'groups.updated_at',
] as const

export async function findGroup(db: Db, poolId: string, name: string): Promise<Group | undefined> {
  return db
    .selectFrom('groups')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .executeTakeFirst()
}

/** Locks the group, so that it is still there when a member is added. */
export async function lockGroup(trx: Trx, poolId: string, name: string): Promise<boolean> {
  const row = await trx
    .selectFrom('groups')
    .select('name')
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .forKeyShare()
    .executeTakeFirst()
  return row !== undefined
}

export async function listGroups(db: Db, poolId: string, { after, limit }: After<string>): Promise<Group[]> {
  return db
    .selectFrom('groups')
    .select(columns)
    .where('pool_id', '=', poolId)
    .$if(after !== undefined, (query) => query.where('name', '>', after!))
    .orderBy('name')
    .limit(limit)
    .execute()
}

export async function countGroups(db: Db, poolId: string): Promise<number> {
  const row = await db
    .selectFrom('groups')
    .select((eb) => eb.fn.countAll<number>().as('groups'))
    .where('pool_id', '=', poolId)
    .executeTakeFirstOrThrow()
  return row.groups
}

/** Undefined if the pool has a group with that name in any case. */
export async function insertGroup(
  db: Db,
  poolId: string,
  name: string,
  settings: GroupSettings,
  now: Date,
): Promise<Group | undefined> {
  return db
    .insertInto('groups')
    .values({ pool_id: poolId, name, name_key: foldCase(name), ...settings, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning(columns)
    .executeTakeFirst()
}

/** Members of `changes` that are undefined stay as they are. */
export async function updateGroup(
  db: Db,
  poolId: string,
  name: string,
  changes: { [Member in keyof GroupSettings]: GroupSettings[Member] | undefined },
  now: Date,
): Promise<Group | undefined> {
  return db
    .updateTable('groups')
    .set({ ...changes, updated_at: now })
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .returning(columns)
    .executeTakeFirst()
}

export async function deleteGroup(db: Db, poolId: string, name: string): Promise<boolean> {
  const deleted = await db
    .deleteFrom('groups')
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst()
  return deleted !== undefined
}

/** As `groupsOfUser`, as a column of a statement that reads a row of `users` of the pool. */
export const groupsColumn = (poolId: string) => sql`
  coalesce((
    select jsonb_agg(
      jsonb_build_object('name', groups.name, 'precedence', groups.precedence, 'roleArn', groups.role_arn)
      order by groups.precedence nulls last, groups.name
    )
    from group_members m join groups on groups.pool_id = m.pool_id and groups.name = m.group_name
    where m.pool_id = ${poolId} and m.user_id = users.id
  ), '[]') as groups`

/** The user's groups, best precedence first: 0 before 1, and those without one last. */
export async function groupsOfUser(
  db: Db,
  poolId: string,
  userId: string,
): Promise<{ name: string; precedence: number | null; roleArn: string | null }[]> {
  return db
    .selectFrom('group_members as m')
    .innerJoin('groups as g', (join) => join.onRef('g.pool_id', '=', 'm.pool_id').onRef('g.name', '=', 'm.group_name'))
    .select(['g.name', 'g.precedence', 'g.role_arn as roleArn'])
    .where('m.pool_id', '=', poolId)
    .where('m.user_id', '=', userId)
    .orderBy('g.precedence', (order) => order.asc().nullsLast())
    .orderBy('g.name')
    .execute()
}

export async function listGroupsOfUser(
  db: Db,
  poolId: string,
  userId: string,
  { after, limit }: After<string>,
): Promise<Group[]> {
  return db
    .selectFrom('group_members as m')
    .innerJoin('groups', (join) =>
      join.onRef('groups.pool_id', '=', 'm.pool_id').onRef('groups.name', '=', 'm.group_name'),
    )
    .select(columns)
    .where('m.pool_id', '=', poolId)
    .where('m.user_id', '=', userId)
    .$if(after !== undefined, (query) => query.where('m.group_name', '>', after!))
    .orderBy('m.group_name')
    .limit(limit)
    .execute()
}

export async function listMembers(
  db: Db,
  poolId: string,
  group: string,
  { after, limit }: After<string>,
): Promise<User[]> {
  const rows = await db
    .selectFrom('group_members as m')
    .innerJoin('users', (join) => join.onRef('users.pool_id', '=', 'm.pool_id').onRef('users.id', '=', 'm.user_id'))
    .select(userColumns)
    .where('m.pool_id', '=', poolId)
    .where('m.group_name', '=', group)
    .$if(after !== undefined, (query) => query.where('m.user_id', '>', after!))
    .orderBy('m.user_id')
    .limit(limit)
    .execute()
  return rows.map(toUser)
}

/** Locks the user, so that two calls can't both add the last group that the limit allows. */
export async function lockMember(trx: Trx, poolId: string, userId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('users')
    .select('id')
    .where('pool_id', '=', poolId)
    .where('id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined
}

export async function countGroupsOfUser(db: Db, poolId: string, userId: string, except: string): Promise<number> {
  const row = await db
    .selectFrom('group_members')
    .select((eb) => eb.fn.countAll<number>().as('groups'))
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('group_name', '!=', except)
    .executeTakeFirstOrThrow()
  return row.groups
}

export async function insertMember(db: Db, poolId: string, group: string, userId: string, now: Date): Promise<void> {
  await db
    .insertInto('group_members')
    .values({ pool_id: poolId, group_name: group, user_id: userId, added_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteMember(db: Db, poolId: string, group: string, userId: string): Promise<void> {
  await db
    .deleteFrom('group_members')
    .where('pool_id', '=', poolId)
    .where('group_name', '=', group)
    .where('user_id', '=', userId)
    .execute()
}
