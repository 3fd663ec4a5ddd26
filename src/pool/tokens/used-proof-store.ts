import { sql } from 'kysely'
import type { Context } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'

/** Marks a one-time token, such as a DPoP proof or a client's assertion, as used; false if it already was. */
export async function useProof(ctx: Context, poolId: string, id: string, seconds: number): Promise<boolean> {
  const hash = ctx.keyring.mac('used-proof', poolId, id)
  const expiresAt = new Date(ctx.clock.now().getTime() + seconds * 1000)
  const { rows } = await insertion(ctx.db, { poolId, hash, expiresAt })
  return rows.length > 0
}

/** Makes a proof usable again after a request that had no effect. */
export async function forgetProof(ctx: Context, poolId: string, id: string): Promise<void> {
  const hash = ctx.keyring.mac('used-proof', poolId, id)
  await ctx.db.deleteFrom('used_proofs').where('pool_id', '=', poolId).where('id_hash', '=', hash).execute()
}

const insertion = compiled((db, values: { poolId: string; hash: Buffer; expiresAt: Date }) =>
  sql`
    insert into used_proofs (pool_id, id_hash, expires_at) values (${values.poolId}, ${values.hash}, ${values.expiresAt})
    on conflict do nothing returning pool_id`.compile(db),
)
