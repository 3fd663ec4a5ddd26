import type { Context } from '../context.ts'
import { rotateSigningKeys } from '../pool/tokens/rotate-signing-keys.ts'
import { poolsToRotate } from '../pool/tokens/signing-key-store.ts'

/** Creating a key pair takes a tenth of a second, so only a few pools per run get new ones. */
const batch = 10

/** Creates signing keys for pools whose keys are due for rotation. If two nodes try, one finds it done already. */
export async function rotateOldKeys(ctx: Context, signal?: AbortSignal): Promise<void> {
  const { signingKeyDays: days } = ctx.config
  if (days === undefined) return
  const before = new Date(ctx.clock.now().getTime() - days * 86_400_000)
  for (const poolId of await poolsToRotate(ctx.db, before, batch)) {
    if (signal?.aborted) return
    await rotateSigningKeys(ctx, poolId, before)
  }
}
