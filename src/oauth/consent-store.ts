import { sql } from 'kysely'
import type { Db } from '../context.ts'

export interface ConsentKey {
  poolId: string
  userId: string
  clientId: string
}

/** The scopes that a user has granted to a client. */
export async function findConsent(db: Db, { poolId, userId, clientId }: ConsentKey): Promise<string[]> {
  const row = await db
    .selectFrom('client_consents')
    .select('scopes')
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .where('client_id', '=', clientId)
    .executeTakeFirst()
  return row?.scopes ?? []
}

/** Adds them to the scopes granted before. */
export async function addConsent(db: Db, key: ConsentKey, scopes: string[], now: Date): Promise<void> {
  await sql`
    insert into client_consents as c (pool_id, user_id, client_id, scopes, created_at)
    values (${key.poolId}, ${key.userId}, ${key.clientId}, ${scopes}, ${now})
    on conflict (pool_id, user_id, client_id) do update set
      scopes = case when c.scopes @> excluded.scopes then c.scopes else c.scopes || excluded.scopes end,
      created_at = excluded.created_at`.execute(db)
}
