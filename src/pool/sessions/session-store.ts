import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { Caller } from './caller.ts'

export interface SessionKey {
  poolId: string
  originJti: string
}

/** Where a session is used from, and the browser session that it came through. */
export interface Use extends Caller {
  originSessionId?: string
  /** The user of a session that begins: it becomes the last used one of theirs, by a microsecond if need be. */
  beginsFor?: string
}

/**
 * Stores when and from where a session was used. For the browser session that it came through, only the time is stored:
 * the caller may be a server.
 */
export async function noteUse(
  db: Db,
  { poolId, originJti }: SessionKey,
  { address, device, originSessionId, beginsFor }: Use,
  now: Date,
): Promise<void> {
  const afterOthers = sql`(
    select max(coalesce(last_active_at, created_at)) + interval '1 microsecond' from token_families
    where pool_id = ${poolId} and user_id = ${beginsFor} and revoked_at is null)`
  const time = beginsFor === undefined ? sql`${now}` : sql`greatest(${now}::timestamptz, ${afterOthers})`
  await sql`
    with used as (
      update token_families
      set last_active_at = ${time}, last_address = ${address}, last_device = ${device},
        origin_session_id = coalesce(${originSessionId ?? null}, origin_session_id)
      where pool_id = ${poolId} and origin_jti = ${originJti}
      returning pool_id, origin_session_id
    )
    update oauth_records r set last_active_at = ${now}
    from used
    where r.pool_id = used.pool_id and r.session_id = used.origin_session_id and r.model = 'Session'`.execute(db)
}

/**
 * Ends the least recently used of a user's token sessions beyond `keep`. Everybody has the same order, so that two at once
 * never end more than that between them.
 */
export async function evictSessions(
  db: Db,
  poolId: string,
  { userId, keep }: { userId: string; keep: number },
  now: Date,
): Promise<void> {
  await sql`
    update token_families set revoked_at = ${now}
    where pool_id = ${poolId} and origin_jti in (
      select origin_jti from ${liveFamilies(poolId, userId, now)}
      order by coalesce(f.last_active_at, f.created_at) desc, f.origin_jti desc
      offset ${keep}
    )`.execute(db)
}

export interface TokenSession {
  originJti: string
  clientId: string
  createdAt: Date
  lastActiveAt: Date
  address: string | null
  device: string | null
  originSessionId: string | null
}

export async function listTokenSessions(db: Db, poolId: string, userId: string, now: Date): Promise<TokenSession[]> {
  const { rows } = await sql<TokenSession>`
    select f.origin_jti as "originJti", f.client_id as "clientId", f.created_at as "createdAt",
      coalesce(f.last_active_at, f.created_at) as "lastActiveAt", f.last_address as address, f.last_device as device,
      f.origin_session_id as "originSessionId"
    from ${liveFamilies(poolId, userId, now)}`.execute(db)
  return rows
}

export interface SsoSession {
  id: string
  clientId: string | null
  createdAt: Date
  lastActiveAt: Date
  address: string | null
  device: string | null
}

export async function listSsoSessions(db: Db, poolId: string, userId: string, now: Date): Promise<SsoSession[]> {
  const { rows } = await sql<SsoSession>`
    select session_id as id, client_id as "clientId", created_at as "createdAt",
      coalesce(last_active_at, created_at) as "lastActiveAt", last_address as address, last_device as device
    from oauth_records
    where pool_id = ${poolId} and user_id = ${userId} and model = 'Session' and session_id is not null
      and expires_at > ${now}`.execute(db)
  return rows
}

export async function revokeTokenSessions(trx: Trx, poolId: string, originJtis: string[], now: Date): Promise<void> {
  await sql`
    update token_families set revoked_at = ${now}
    where pool_id = ${poolId} and origin_jti = any(${originJtis}::uuid[]) and revoked_at is null`.execute(trx)
}

/** Deletes the browser's session, and its codes that no app has redeemed yet. */
export async function deleteSsoSession(trx: Trx, poolId: string, userId: string, id: string): Promise<void> {
  await sql`
    delete from oauth_records where pool_id = ${poolId} and user_id = ${userId} and session_id = ${id}`.execute(trx)
}

const liveFamilies = (poolId: string, userId: string, now: Date) => sql`token_families f
  join users u on u.pool_id = f.pool_id and u.id = f.user_id
  where f.pool_id = ${poolId} and f.user_id = ${userId} and f.revoked_at is null and f.expires_at > ${now}
    and f.created_at > coalesce(u.tokens_valid_from, '-infinity')`
