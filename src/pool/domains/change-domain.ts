import type { Context, Trx } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { DomainSettings } from '../../model/settings.ts'
import type { Pool } from '../pools/pool.ts'
import { bumpPoolRevision, lockPool } from '../pools/pool-store.ts'

/** Works on a domain that the pool owns, under the pool's lock. @throws InvalidParameterException */
export function changeDomain<Result>(
  ctx: Context,
  poolId: string,
  domain: string,
  change: (trx: Trx, pool: Pool, settings: DomainSettings) => Promise<Result>,
): Promise<Result> {
  return ctx.db.transaction().execute(async (trx) => {
    const pool = await lockPool(trx, poolId)
    const owned = pool?.domains.find((candidate) => candidate.domain === domain)
    if (!pool || !owned) throw new InvalidParameter('No such domain or user pool exists.')
    const result = await change(trx, pool, owned.settings)
    await bumpPoolRevision(trx, poolId)
    return result
  })
}
