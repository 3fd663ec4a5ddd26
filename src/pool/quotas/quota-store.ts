import type { Db } from '../../context.ts'

export interface QuotaKey {
  poolId: string
  action: string
  subject: string
}

/** Counts one use in the current window, or opens a new one. The row orders parallel callers. */
export async function countUse(db: Db, key: QuotaKey, now: Date, windowEnd: Date): Promise<number> {
  const { used } = await db
    .insertInto('quotas')
    .values({ pool_id: key.poolId, action: key.action, subject: key.subject, used: 1, expires_at: windowEnd })
    .onConflict((conflict) =>
      conflict.columns(['pool_id', 'action', 'subject']).doUpdateSet((eb) => ({
        used: eb
          .case()
          .when('quotas.expires_at', '<=', now)
          .then(1)
          .else(eb('quotas.used', '+', 1))
          .end(),
        expires_at: eb
          .case()
          .when('quotas.expires_at', '<=', now)
          .then(eb.ref('excluded.expires_at'))
          .else(eb.ref('quotas.expires_at'))
          .end(),
      })),
    )
    .returning('used')
    .executeTakeFirstOrThrow()
  return used
}
