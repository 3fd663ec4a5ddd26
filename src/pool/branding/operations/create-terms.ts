import { uuidv4 } from '../../../lib/ids.ts'
import { LimitExceeded } from '../../../model/errors.ts'
import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { lockPool } from '../../pools/pool-store.ts'
import { bumpClientRevision } from '../branding-store.ts'
import { checkLinks, termsExist, termsView } from '../terms.ts'
import { countTerms, insertTerms, type Terms } from '../terms-store.ts'

export const createTerms: Handler<'CreateTerms'> = async (input, ctx) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  const now = ctx.clock.now()
  const terms: Terms = {
    id: uuidv4(),
    poolId: pool.id,
    clientId: client.id,
    name: input.TermsName,
    source: input.TermsSource,
    enforcement: input.Enforcement,
    links: checkLinks(input.Links),
    createdAt: now,
    updatedAt: now,
  }

  await ctx.db.transaction().execute(async (trx) => {
    if (ctx.config.strict) {
      await lockPool(trx, pool.id)
      if ((await countTerms(trx, pool.id)) >= ctx.limits.termsPerPool)
        throw new LimitExceeded(`A user pool can have at most ${ctx.limits.termsPerPool} terms documents.`)
    }
    if (!(await insertTerms(trx, terms))) throw termsExist(terms.name, client.id)
    await bumpClientRevision(trx, pool.id, client.id)
  })
  return { Terms: termsView(terms) }
}
