import { sql } from 'kysely'
import type { Db } from '../../context.ts'

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
