import type { Context } from '../context.ts'
import { makeSigningKey } from '../pool/tokens/make-signing-key.ts'
import { countSpareKeys, insertSpareKey } from '../pool/tokens/signing-key-store.ts'

/** A pool needs two keys, so this is enough for four pools created at once. */
const spareCount = 8

export async function refillSpareKeys(ctx: Context): Promise<void> {
  for (let count = await countSpareKeys(ctx.db); count < spareCount; count++) {
    await insertSpareKey(ctx.db, await makeSigningKey(ctx), ctx.clock.now())
  }
}
