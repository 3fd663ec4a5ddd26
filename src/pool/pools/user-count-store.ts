import { sql } from 'kysely'
import type { Db } from '../../context.ts'

/** Counted one by one up to here, which takes some 20 ms; beyond it the planner's estimate is good enough. */
const countable = 100_000

/** EstimatedNumberOfUsers: exact for a pool of ordinary size. */
export async function estimateUsers(db: Db, poolId: string, exactUpTo = countable): Promise<number> {
  const counted = await sql<{ count: number }>`
    select count(*) as count from (select from users where pool_id = ${poolId} limit ${exactUpTo + 1}) counted
  `.execute(db)
  const { count } = counted.rows[0]!
  if (count <= exactUpTo) return count

  const planned = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select from users where pool_id = ${poolId}
  `.execute(db)
  return Math.max(count, planned.rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'])
}
