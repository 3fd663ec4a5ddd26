import { sql } from 'kysely'
import type { Trx } from './db.ts'

/**
 * Gives PostgreSQL statistics for tables that it has not analyzed yet. Without any it assumes 200 distinct values per
 * column, so that a pool's users would be one in two hundred, and scans them instead of using an index; such a plan
 * stays until the first analyze, a minute and many rows later. A pool or a client is expected to own all rows, and any
 * other part of a key to be unique. PostgreSQL accepts such figures from version 18 on; older versions use their own
 * guess. Analyzed tables are left alone.
 */
export async function expectStatistics(trx: Trx): Promise<void> {
  const { rows } = await sql<{ version: number }>`select current_setting('server_version_num')::int as version`.execute(
    trx,
  )
  if (rows[0]!.version < 180_000) return
  await sql`
    select pg_restore_attribute_stats(
      'schemaname', schema, 'relname', relation, 'attname', attribute, 'inherited', false,
      'null_frac', 0::real, 'avg_width', 24, 'n_distinct', (case when owner then 1 else -1 end)::real
    )
    from (
      select distinct n.nspname::text as schema, c.relname::text as relation, a.attname::text as attribute, owner
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      cross join lateral (select a.attname in ('pool_id', 'client_id') as owner) as is_owner
      where c.relkind = 'r'
        and (owner or exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any(i.indkey)))
        and not exists (select 1 from pg_stats s where s.schemaname = n.nspname and s.tablename = c.relname)
    ) expected`.execute(trx)
}
