import type { Db } from '../../context.ts'
import { type Verifiable, verificationPurpose } from '../codes/verification.ts'

/** The value that is waiting for its code. */
export async function findPendingValue(
  db: Db,
  poolId: string,
  userId: string,
  attribute: Verifiable,
  now: Date,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('codes')
    .select('value')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('purpose', '=', verificationPurpose(attribute))
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.value ?? undefined
}

/** Deletes the code for any other value, which is obsolete. */
export async function dropOtherPendingValue(
  db: Db,
  poolId: string,
  userId: string,
  attribute: Verifiable,
  value: string,
): Promise<void> {
  await db
    .deleteFrom('codes')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('purpose', '=', verificationPurpose(attribute))
    .where((eb) => eb.or([eb('value', 'is', null), eb('value', '<>', value)]))
    .execute()
}
