import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { eraseExpired } from '../delivery/outbox-store.ts'
import { eraseUnreadChunks } from '../pool/import/chunk-store.ts'
import { deleteExpiredBalances } from '../store/caller-balance-store.ts'
import { type PoolBacklog, workPoolByPool } from '../store/pool-by-pool.ts'

/** Tables of pools whose rows expire at `expires_at`, and how long they are retained afterwards. */
const expiring: [table: string, keep: string][] = [
  ['codes', '0'],
  ['attempts', '0'],
  ['quotas', '0'],
  ['sign_ins', '1 hour'],
  // An access token is valid for a day at most, so a revoked family must be retained that long.
  ['token_families', '1 day'],
  ['software_token_setups', '0'],
  ['passkey_registrations', '0'],
  ['outbox', '7 days'],
  ['auth_events', '0'],
  ['oauth_records', '0'],
  ['used_proofs', '0'],
  ['notices', '0'],
  ['federation_trips', '0'],
  ['saml_assertions', '0'],
  ['saml_sessions', '0'],
  ['branding_previews', '0'],
  ['pool_metrics', '0'],
]

const batch = 1000

/** Deletes expired rows in small batches, so no statement locks many rows. */
export async function sweep(ctx: Context): Promise<void> {
  await eraseExpired(ctx.db, ctx.clock.now(), batch)
  await eraseUnreadChunks(ctx.db, ctx.clock.now(), batch)
  await deleteExpiredBalances(ctx.db, ctx.clock.now(), batch)
  for (const [table, keep] of expiring) await deleteExpired(ctx, table, keep)
}

async function deleteExpired({ db, clock }: Context, table: string, keep: string): Promise<void> {
  const expired = sql`expires_at < ${clock.now()}::timestamptz - ${keep}::interval`
  await workPoolByPool(
    batch,
    async (limit) => {
      const { rows } = await sql<PoolBacklog>`
        select pool_id as "poolId", count(*) as rows
        from (select pool_id from ${sql.table(table)} where ${expired} limit ${limit}) found
        group by pool_id`.execute(db)
      return rows
    },
    async (poolId, limit) => {
      const { numAffectedRows } = await sql`
        delete from ${sql.table(table)} where pool_id = ${poolId} and ctid = any(array(
          select ctid from ${sql.table(table)} where pool_id = ${poolId} and ${expired}
          limit ${limit} for update skip locked
        ))`.execute(db)
      return Number(numAffectedRows ?? 0n)
    },
  )
}
