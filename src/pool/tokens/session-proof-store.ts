import type { Db } from '../../context.ts'
import type { Proven } from './proven.ts'

/** What the sign-in of a session had proven, and its device. */
export async function findSessionProof(
  db: Db,
  poolId: string,
  originJti: string,
): Promise<{ deviceKey: string | null; proven: Proven } | undefined> {
  const row = await db
    .selectFrom('token_families')
    .select(['device_key', 'proven'])
    .where('pool_id', '=', poolId)
    .where('origin_jti', '=', originJti)
    .executeTakeFirst()
  return row && { deviceKey: row.device_key, proven: row.proven as unknown as Proven }
}
