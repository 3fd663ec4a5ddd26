import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import type { LoginNameKind } from '../../store/tables.ts'
import type { LoginName } from './login-names.ts'

/**
 * The names that are the sub of a user. Another user with such a name would be found in that user's place. No statement
 * where no name can be a sub.
 */
export async function listSubsAmong(db: Db, poolId: string, names: string[]): Promise<Set<string>> {
  const subs = names.filter(isUuid)
  if (subs.length === 0) return new Set()
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('pool_id', '=', poolId)
    .where(sql<boolean>`id = any(${subs}::uuid[])`)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Claims the names and returns those that were free. Always in the same order, so that two claims can't deadlock. */
export async function insertLoginNames(db: Db, poolId: string, userId: string, names: LoginName[]): Promise<string[]> {
  if (names.length === 0) return []
  const subs = await listSubsAmong(
    db,
    poolId,
    names.map(({ name }) => name),
  )
  const rows = names
    .filter(({ name }) => name === userId || !subs.has(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, kind }) => ({ pool_id: poolId, name, kind, user_id: userId }))
  if (rows.length === 0) return []
  const inserted = await db
    .insertInto('login_names')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['pool_id', 'name']).doNothing())
    .returning('name')
    .execute()
  return inserted.map(({ name }) => name)
}

export async function listLoginNameOwners(
  db: Db,
  poolId: string,
  names: string[],
): Promise<Map<string, { userId: string; kind: LoginNameKind }>> {
  if (names.length === 0) return new Map()
  const rows = await db
    .selectFrom('login_names')
    .select(['name', 'kind', 'user_id'])
    .where('pool_id', '=', poolId)
    .where(sql<boolean>`name = any(${names}::text[])`)
    .execute()
  return new Map(rows.map(({ name, kind, user_id }) => [name, { userId: user_id, kind }]))
}

/** Moves an alias to another user. The attribute of the former owner keeps its value and loses its verification. */
export async function takeOverLoginName(
  trx: Trx,
  poolId: string,
  move: LoginName & { from: string; to: string },
  now: Date | undefined,
): Promise<void> {
  await trx
    .updateTable('users')
    .set({
      attributes: sql`attributes || ${{ [`${move.kind}_verified`]: 'false' }}::jsonb`,
      ...(now && { updated_at: now }),
    })
    .where('pool_id', '=', poolId)
    .where('id', '=', move.from)
    .execute()
  await trx
    .insertInto('login_names')
    .values({ pool_id: poolId, name: move.name, kind: move.kind, user_id: move.to })
    .onConflict((conflict) => conflict.columns(['pool_id', 'name']).doUpdateSet({ kind: move.kind, user_id: move.to }))
    .execute()
}

export async function deleteLoginNamesExcept(db: Db, poolId: string, userId: string, names: string[]): Promise<void> {
  await db
    .deleteFrom('login_names')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .$if(names.length > 0, (query) => query.where('name', 'not in', names))
    .execute()
}
