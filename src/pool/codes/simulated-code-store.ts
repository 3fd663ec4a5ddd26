import type { Db } from '../../context.ts'
import type { MessageKey } from '../../delivery/message.ts'

/** A code that was never sent, stored among the counts of guesses, since there is no user to own it. */
export interface SimulatedCodeKey {
  poolId: string
  kind: string
  /** A keyed hash that does not reveal the name. */
  subject: string
}

export async function upsertSimulatedCode(db: Db, key: SimulatedCodeKey, expiresAt: Date): Promise<void> {
  await db
    .insertInto('attempts')
    .values({ pool_id: key.poolId, kind: key.kind, subject: key.subject, failures: 0, expires_at: expiresAt })
    .onConflict((conflict) =>
      conflict.columns(['pool_id', 'kind', 'subject']).doUpdateSet({ failures: 0, expires_at: expiresAt }),
    )
    .execute()
}

export async function countSimulatedGuess(db: Db, key: SimulatedCodeKey, limit: number, now: Date): Promise<boolean> {
  const row = await db
    .updateTable('attempts')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('pool_id', '=', key.poolId)
    .where('kind', '=', key.kind)
    .where('subject', '=', key.subject)
    .where('expires_at', '>', now)
    .where('failures', '<', limit)
    .returning('failures')
    .executeTakeFirst()
  return row !== undefined
}

export async function hasSimulatedCode(db: Db, key: SimulatedCodeKey, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('attempts')
    .select('kind')
    .where('pool_id', '=', key.poolId)
    .where('kind', '=', key.kind)
    .where('subject', '=', key.subject)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteMessage(db: Db, { poolId, id }: MessageKey): Promise<void> {
  await db.deleteFrom('outbox').where('pool_id', '=', poolId).where('id', '=', id).execute()
}
