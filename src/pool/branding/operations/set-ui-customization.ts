import type { Handler } from '../../handler.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { readClassicCss } from '../classic-css.ts'
import { cssVersionOf, readLogo, requireScope, uiCustomizationView } from '../ui-customization.ts'
import { deleteUiCustomization, putUiCustomization } from '../ui-customization-store.ts'

/**
 * Replaces CSS and logo together: a member that is left out is deleted, and without either the customization is
 * deleted.
 */
export const setUICustomization: Handler<'SetUICustomization'> = async (input, ctx) => {
  const { pool, scope } = await requireScope(ctx, input.UserPoolId, input.ClientId)
  const css = input.CSS || undefined
  if (css) readClassicCss(css)
  const image = readLogo(input.ImageFile)
  const updatedAt = ctx.clock.now()
  const cssVersion = css && cssVersionOf(updatedAt)

  const customization = await ctx.db.transaction().execute(async (trx) => {
    await bumpPoolRevision(trx, pool.id)
    if (!css && !image) return deleteUiCustomization(trx, pool.id, scope)
    const received = { scope, css, cssVersion, image, updatedAt }
    return { ...received, ...(await putUiCustomization(trx, pool.id, received)) }
  })
  return { UICustomization: uiCustomizationView(ctx, pool, customization ?? undefined) }
}
