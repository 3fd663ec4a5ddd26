import type { Insertable } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'
import type { CodeKey } from './code.ts'

export type CodeRow = Insertable<Tables['codes']>

export async function upsertCode(db: Db, row: CodeRow): Promise<void> {
  await db
    .insertInto('codes')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['pool_id', 'user_id', 'purpose']).doUpdateSet((eb) => ({
        code_hash: eb.ref('excluded.code_hash'),
        attribute: eb.ref('excluded.attribute'),
        value: eb.ref('excluded.value'),
        attempts: eb.ref('excluded.attempts'),
        created_at: eb.ref('excluded.created_at'),
        expires_at: eb.ref('excluded.expires_at'),
      })),
    )
    .execute()
}

/** Counts one of the remaining guesses; undefined if none is left or no code is valid. */
export function countGuess(db: Db, key: CodeKey, limit: number, now: Date) {
  return db
    .updateTable('codes')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('pool_id', '=', key.poolId)
    .where('user_id', '=', key.userId)
    .where('purpose', '=', key.purpose)
    .where('expires_at', '>', now)
    .where('attempts', '<', limit)
    .returning(['code_hash', 'attribute', 'value'])
    .executeTakeFirst()
}

export async function hasLiveCode(db: Db, key: CodeKey, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('codes')
    .select('purpose')
    .where('pool_id', '=', key.poolId)
    .where('user_id', '=', key.userId)
    .where('purpose', '=', key.purpose)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

/** True for the one caller that deleted it. */
export async function deleteCode(db: Db, key: CodeKey, hash?: Buffer): Promise<boolean> {
  const deleted = await db
    .deleteFrom('codes')
    .where('pool_id', '=', key.poolId)
    .where('user_id', '=', key.userId)
    .where('purpose', '=', key.purpose)
    .$if(hash !== undefined, (query) => query.where('code_hash', '=', hash!))
    .returning('purpose')
    .executeTakeFirst()
  return deleted !== undefined
}
