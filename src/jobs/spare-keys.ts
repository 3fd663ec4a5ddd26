import type { Context } from '../context.ts'
import { makeSigningKey } from '../pool/tokens/make-signing-key.ts'
import { countSpareKeys, insertSpareKey } from '../pool/tokens/signing-key-store.ts'

/** Two keys a pool: enough for four pools made at once. */
const stock = 8

export async function refillSpareKeys(ctx: Context): Promise<void> {
  for (let count = await countSpareKeys(ctx.db); count < stock; count++) {
    await insertSpareKey(ctx.db, await makeSigningKey(ctx), ctx.clock.now())
  }
}
