import { type Selectable, sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'

export type AccessKeyRow = Omit<Selectable<Tables['access_keys']>, 'secret_sealed'>
export type NewAccessKey = Omit<Selectable<Tables['access_keys']>, 'last_used_at'>

const columns = ['id', 'role_name', 'service', 'description', 'created_at', 'expires_at', 'last_used_at'] as const

/**
 * A role has two keys at most, so that a service can change from one to the other. Undefined if two are in use already.
 */
export async function insertAccessKey(db: Db, key: NewAccessKey, max: number): Promise<AccessKeyRow | undefined> {
  return db.transaction().execute(async (trx) => {
    // Locked: two calls at once would each see one key.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`access keys ${key.role_name} ${key.service}`}, 0))`.execute(
      trx,
    )
    const inUse = await trx
      .selectFrom('access_keys')
      .select('id')
      .where('role_name', '=', key.role_name)
      .where('service', '=', key.service)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', key.created_at)]))
      .execute()
    if (inUse.length >= max) return undefined
    return trx.insertInto('access_keys').values(key).returning(columns).executeTakeFirstOrThrow()
  })
}

export async function listAccessKeys(
  db: Db,
  roleName: string | undefined,
  after: string | undefined,
  limit: number,
): Promise<AccessKeyRow[]> {
  return db
    .selectFrom('access_keys')
    .select(columns)
    .$if(roleName !== undefined, (query) => query.where('role_name', '=', roleName!))
    .$if(after !== undefined, (query) => query.where('id', '>', after!))
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function deleteAccessKey(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('access_keys').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}
