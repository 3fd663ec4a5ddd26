import type { Context } from '../context.ts'
import { rotateSigningKeys } from '../pool/tokens/rotate-signing-keys.ts'
import { poolsToRotate } from '../pool/tokens/signing-key-store.ts'

/** Key pairs take a tenth of a second each: many pools whose day has come get theirs over many runs. */
const batch = 10

/** New signing keys for pools whose own are older than the installation wants. Of two nodes that try, one finds it done. */
export async function rotateOldKeys(ctx: Context, signal?: AbortSignal): Promise<void> {
  const { signingKeyDays: days } = ctx.config
  if (days === undefined) return
  const before = new Date(ctx.clock.now().getTime() - days * 86_400_000)
  for (const poolId of await poolsToRotate(ctx.db, before, batch)) {
    if (signal?.aborted) return
    await rotateSigningKeys(ctx, poolId, before)
  }
}
