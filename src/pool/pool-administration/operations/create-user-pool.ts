import type { Context } from '../../../context.ts'
import { userPoolId } from '../../../lib/ids.ts'
import { LimitExceeded, UserPoolTagging } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { checkPoolSettings } from '../../pools/pool-rules.ts'
import { newPoolSettings } from '../../pools/pool-settings.ts'
import { countPools, insertPool } from '../../pools/pool-store.ts'
import { poolView } from '../../pools/pool-view.ts'
import { checkTags } from '../../tags/tag-rules.ts'
import { makeSigningKey } from '../../tokens/make-signing-key.ts'
import { insertSigningKey, type StoredSigningKey, takeSpareKeys } from '../../tokens/signing-key-store.ts'

export const createUserPool: Handler<'CreateUserPool'> = async (input, ctx) => {
  const settings = newPoolSettings(ctx.limits, input)
  checkPoolSettings(ctx, settings)
  checkTags(ctx, settings.UserPoolTags ?? {}, UserPoolTagging)
  if (ctx.config.strict && (await countPools(ctx.db)) >= ctx.limits.poolsPerAccount) {
    throw new LimitExceeded(`An account can have at most ${ctx.limits.poolsPerAccount} user pools.`)
  }

  const [idKey, accessKey] = await signingKeyPair(ctx)
  const pool = { id: ctx.chosenId ?? userPoolId(ctx.config.region), name: input.PoolName!, settings }
  const now = ctx.clock.now()
  await ctx.db.transaction().execute(async (trx) => {
    await insertPool(trx, pool, now)
    await insertSigningKey(trx, pool.id, 'id', idKey, now)
    await insertSigningKey(trx, pool.id, 'access', accessKey, now)
  })

  return { UserPool: poolView(ctx, { ...pool, domains: [], createdAt: now, updatedAt: now }, 0) }
}

/** Takes a spare key if there is one: making a key takes longer than everything else here. */
async function signingKeyPair(ctx: Context): Promise<[StoredSigningKey, StoredSigningKey]> {
  const spare = await takeSpareKeys(ctx.db, 2)
  const [first = makeSigningKey(ctx), second = makeSigningKey(ctx)] = spare
  return Promise.all([first, second])
}
