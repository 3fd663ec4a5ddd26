import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { ResourceServerScope } from '../../model/settings.ts'

export interface ResourceServer {
  identifier: string
  name: string
  scopes: ResourceServerScope[]
}

const columns = ['identifier', 'name', 'scopes'] as const

export async function findResourceServer(
  db: Db,
  poolId: string,
  identifier: string,
): Promise<ResourceServer | undefined> {
  return db
    .selectFrom('resource_servers')
    .select(columns)
    .where('pool_id', '=', poolId)
    .where('identifier', '=', identifier)
    .executeTakeFirst()
}

export async function listResourceServers(
  db: Db,
  poolId: string,
  page: { after: string | undefined; limit: number },
): Promise<ResourceServer[]> {
  return db
    .selectFrom('resource_servers')
    .select(columns)
    .where('pool_id', '=', poolId)
    .$if(page.after !== undefined, (query) => query.where('identifier', '>', page.after!))
    .orderBy('identifier')
    .limit(page.limit)
    .execute()
}

export async function countResourceServers(db: Db, poolId: string): Promise<number> {
  const row = await db
    .selectFrom('resource_servers')
    .select((eb) => eb.fn.countAll<number>().as('servers'))
    .where('pool_id', '=', poolId)
    .executeTakeFirstOrThrow()
  return row.servers
}

/** Every custom scope of the pool as clients name it: `{identifier}/{scope}`. */
export async function listScopesOfPool(db: Db, poolId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('resource_servers')
    .select(
      sql<string[]>`array(
        select identifier || '/' || (scope ->> 'ScopeName') from jsonb_array_elements(scopes) as scope
      )`.as('scopes'),
    )
    .where('pool_id', '=', poolId)
    .execute()
  return rows.flatMap((row) => row.scopes)
}

/** False if the pool already has a server with that identifier. */
export async function insertResourceServer(
  trx: Trx,
  poolId: string,
  server: ResourceServer,
  now: Date,
): Promise<boolean> {
  const inserted = await trx
    .insertInto('resource_servers')
    .values({ pool_id: poolId, ...server, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('identifier')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function updateResourceServer(
  trx: Trx,
  poolId: string,
  { identifier, name, scopes }: ResourceServer,
  now: Date,
): Promise<boolean> {
  const updated = await trx
    .updateTable('resource_servers')
    .set({ name, scopes, updated_at: now })
    .where('pool_id', '=', poolId)
    .where('identifier', '=', identifier)
    .returning('identifier')
    .executeTakeFirst()
  return updated !== undefined
}

export async function deleteResourceServer(trx: Trx, poolId: string, identifier: string): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('resource_servers')
    .where('pool_id', '=', poolId)
    .where('identifier', '=', identifier)
    .returning('identifier')
    .executeTakeFirst()
  return deleted !== undefined
}
