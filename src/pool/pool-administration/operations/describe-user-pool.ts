import { readRecent } from '../../../store/read-replica.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { poolView } from '../../pools/pool-view.ts'
import { estimateUsers } from '../../pools/user-count-store.ts'

export const describeUserPool: Handler<'DescribeUserPool'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const users = await readRecent(ctx, (db) => estimateUsers(db, pool.id))
  return { UserPool: poolView(ctx, pool, users) }
}
