import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { withoutFlush } from '../../store/without-flush.ts'
import type { PoolCount } from './pool-counts.ts'

/**
 * Adds to a pool's counts per hour; does nothing if the pool is gone. Rows are locked in key order, so that nodes don't
 * deadlock, and the commit does not wait for the disk.
 */
export async function addCounts(db: Db, poolId: string, counts: PoolCount[], keptFor: number): Promise<void> {
  const rows = counts.map(
    ({ clientId, metric, dimensions, hour, value }) =>
      sql`(${clientId}::text, ${metric}::text, ${dimensions}::text, ${new Date(hour)}::timestamptz, ${value}::bigint,
        ${new Date(hour + keptFor)}::timestamptz)`,
  )
  await sql`
    insert into pool_metrics as known (pool_id, client_id, metric, dimensions, hour, value, expires_at)
    select ${poolId}::text, client_id, metric, dimensions, hour, value, expires_at
    from (values ${sql.join(rows)}) as counted (client_id, metric, dimensions, hour, value, expires_at)
    where exists (select from pools where id = ${poolId}) and ${withoutFlush}
    order by client_id, hour, metric, dimensions
    on conflict (pool_id, client_id, hour, metric, dimensions)
      do update set value = known.value + excluded.value`.execute(db)
}

export interface PoolMetricRow {
  metric: string
  dimensions: string
  time: Date
  value: string
}

/** By metric, dimensions and time. */
export async function readCounts(
  db: Db,
  { poolId, clientId }: { poolId: string; clientId: string },
  { from, to, unit }: { from: Date; to: Date; unit: 'hour' | 'day' },
): Promise<PoolMetricRow[]> {
  const { rows } = await sql<PoolMetricRow>`
    select metric, dimensions, date_trunc(${unit}, hour, 'UTC') as time, sum(value)::text as value
    from pool_metrics
    where pool_id = ${poolId} and client_id = ${clientId} and hour >= ${from} and hour < ${to}
    group by 1, 2, 3 order by 1, 2, 3`.execute(db)
  return rows
}
