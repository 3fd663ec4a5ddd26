import { type RawBuilder, sql } from 'kysely'
import type { Context } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import { withoutFlush } from '../../store/without-flush.ts'

/** Marks a one-time token, such as a client's assertion, as used; false if it already was. */
export const useProof = (ctx: Context, poolId: string, id: string, seconds: number): Promise<boolean> =>
  markUsed(ctx, insertion, { poolId, id, seconds })

/**
 * The same without waiting for the disk, for what is worth nothing by itself, such as the proof of a key that goes with a
 * token: if the database is killed, the marks of the last half second may be lost.
 */
export const useMinorProof = (ctx: Context, poolId: string, id: string, seconds: number): Promise<boolean> =>
  markUsed(ctx, minorInsertion, { poolId, id, seconds })

async function markUsed(
  ctx: Context,
  insert: typeof insertion,
  { poolId, id, seconds }: { poolId: string; id: string; seconds: number },
): Promise<boolean> {
  const hash = ctx.keyring.mac('used-proof', poolId, id)
  const expiresAt = new Date(ctx.clock.now().getTime() + seconds * 1000)
  const { rows } = await insert(ctx.db, { poolId, hash, expiresAt })
  return rows.length > 0
}

/** Makes a proof usable again after a request that had no effect. */
export async function forgetProof(ctx: Context, poolId: string, id: string): Promise<void> {
  const hash = ctx.keyring.mac('used-proof', poolId, id)
  await ctx.db.deleteFrom('used_proofs').where('pool_id', '=', poolId).where('id_hash', '=', hash).execute()
}

interface Used {
  poolId: string
  hash: Buffer
  expiresAt: Date
}

const insertion = compiled((db, values: Used) => insertionOf(values, sql`true`).compile(db))
const minorInsertion = compiled((db, values: Used) => insertionOf(values, withoutFlush).compile(db))

const insertionOf = ({ poolId, hash, expiresAt }: Used, condition: RawBuilder<boolean>) => sql`
  insert into used_proofs (pool_id, id_hash, expires_at)
  select ${poolId}::text, ${hash}::bytea, ${expiresAt}::timestamptz where ${condition}
  on conflict do nothing returning pool_id`
