import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { eraseExpired } from '../delivery/outbox-store.ts'
import { eraseUnreadChunks } from '../pool/import/chunk-store.ts'

/** Tables whose rows expire at `expires_at`, and how long they are retained afterwards. */
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
  ['caller_balances', '0'],
  ['federation_trips', '0'],
  ['saml_assertions', '0'],
  ['saml_sessions', '0'],
  ['branding_previews', '0'],
  ['pool_metrics', '0'],
]

const batch = 1000

/** Deletes expired rows in small batches, so no statement locks many rows. */
export async function sweep(ctx: Context): Promise<void> {
  while ((await eraseExpired(ctx.db, ctx.clock.now(), batch)) === batch);
  while ((await eraseUnreadChunks(ctx.db, ctx.clock.now(), batch)) === batch);
  for (const [table, keep] of expiring) {
    let deleted: bigint
    do {
      const result = await sql`
        delete from ${sql.table(table)} where ctid in (
          select ctid from ${sql.table(table)}
          where expires_at < ${ctx.clock.now()}::timestamptz - ${keep}::interval
          limit ${batch} for update skip locked
        )`.execute(ctx.db)
      deleted = result.numAffectedRows ?? 0n
    } while (deleted === BigInt(batch))
  }
}
