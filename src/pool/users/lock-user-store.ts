import type { Trx } from '../../context.ts'
import type { User } from './user.ts'
import { toUser, userColumns } from './user-store.ts'

/** The user, locked until the transaction ends. Lock the user first, then what belongs to them. */
export async function lockUser(trx: Trx, poolId: string, id: string): Promise<User | undefined> {
  const row = await trx
    .selectFrom('users')
    .select(userColumns)
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && toUser(row)
}
