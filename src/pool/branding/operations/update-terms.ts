import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpClientRevision } from '../branding-store.ts'
import { checkLinks, termsExist, termsNotFound, termsView } from '../terms.ts'
import { lockTerms, updateTerms as storeTerms, type Terms } from '../terms-store.ts'

/** Members that are left out keep their values; `Links`, if present, replaces all links. */
export const updateTerms: Handler<'UpdateTerms'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const links = input.Links && checkLinks(input.Links)

  return ctx.db.transaction().execute(async (trx) => {
    const present = await lockTerms(trx, pool.id, input.TermsId)
    if (!present) throw termsNotFound(input.TermsId)
    const { clientId } = present
    const terms: Terms = {
      ...present,
      name: input.TermsName ?? present.name,
      source: input.TermsSource ?? present.source,
      enforcement: input.Enforcement ?? present.enforcement,
      links: links ?? present.links,
      updatedAt: ctx.clock.now(),
    }
    if (!(await storeTerms(trx, terms))) throw termsExist(terms.name, clientId)
    await bumpClientRevision(trx, pool.id, clientId)
    return { Terms: termsView(terms) }
  })
}
