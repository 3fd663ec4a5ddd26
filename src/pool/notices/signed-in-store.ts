import { sql } from 'kysely'
import type { Db } from '../../context.ts'

/** The sessions that end: all of a user's, or those that came through one browser session. */
export interface EndedSession {
  poolId: string
  userId: string
  /** The browser's session. */
  sid?: string
}

/** The clients that a user has valid tokens of, or had until `now`. */
export async function clientsSignedIn(
  db: Db,
  { poolId, userId, sid }: EndedSession,
  now: Date,
): Promise<{ clientId: string; revision: number }[]> {
  const { rows } = await sql<{ clientId: string; revision: number }>`
    select distinct c.id as "clientId", c.revision
    from token_families f join clients c on c.pool_id = f.pool_id and c.id = f.client_id
    where f.pool_id = ${poolId} and f.user_id = ${userId} and f.expires_at > ${now}
      and (f.revoked_at is null or f.revoked_at >= ${now}) and (${sid ?? null}::text is null or f.origin_session_id = ${sid ?? null})
    limit 200`.execute(db)
  return rows
}
