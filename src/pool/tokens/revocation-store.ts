import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Revisions } from '../clients/owner.ts'
import { expecting, foundRevisions, type OwnerRow, ownerAsItIs } from '../clients/owner-store.ts'

/**
 * Revokes all tokens of the user, and every code or approval that no app has redeemed yet: for global sign-out, disabling, and a
 * reset by an administrator. The order in the database decides, not clocks: the stored time is never before the
 * beginning of an existing session, and a session that begins later begins after it (`insertFamily`).
 */
export async function revokeAllTokens(db: Db, poolId: string, userId: string, now: Date): Promise<void> {
  await sql`
    with codes as (
      delete from oauth_records
      where pool_id = ${poolId} and user_id = ${userId} and consumed_at is null
        and model in ('AuthorizationCode', 'DeviceCode', 'BackchannelRequest')
    )
    update users set tokens_valid_from = greatest(tokens_valid_from, ${now}::timestamptz, (
      select max(created_at) from token_families where pool_id = ${poolId} and user_id = ${userId}
    ))
    where pool_id = ${poolId} and id = ${userId}`.execute(db)
}

/** Revokes one session: its refresh tokens and every access token that came from them. */
export async function revokeFamily(db: Db, poolId: string, originJti: string, now: Date): Promise<void> {
  await sql`
    update token_families set revoked_at = ${now}
    where pool_id = ${poolId} and origin_jti = ${originJti} and revoked_at is null`.execute(db)
}

/**
 * As `revokeFamily`, by one of that client's refresh tokens. Nothing is revoked for an unknown token, for another
 * client's, or where pool and client are not at the expected revisions.
 */
export async function revokeFamilyOfToken(
  db: Db,
  { poolId, clientId, tokenHash }: { poolId: string; clientId: string; tokenHash: Buffer },
  now: Date,
  expected: Revisions | undefined,
): Promise<Revisions | undefined> {
  const { rows } = await sql<OwnerRow>`
    with ${ownerAsItIs({ poolId, clientId, ...expecting(expected) })},
    revoked as (
      update token_families set revoked_at = ${now}
      where pool_id = ${poolId}
        and origin_jti = (select origin_jti from refresh_tokens where pool_id = ${poolId} and token_hash = ${tokenHash})
        and client_id = ${clientId} and revoked_at is null
        and (select is_expected from owner)
    )
    select "poolRevision", "clientRevision" from owner`.execute(db)
  return foundRevisions(rows[0])
}
