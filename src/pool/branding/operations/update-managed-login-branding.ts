import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { readAssets } from '../asset.ts'
import { brandingNotFound, brandingView, checkNamedAssets, checkSource } from '../branding.ts'
import {
  type Branding,
  bumpClientRevision,
  deleteAssets,
  listAssets,
  listPictures,
  lockBranding,
  putAssets,
  updateBranding,
} from '../branding-store.ts'
import { mergeSettings, readSettings } from '../settings.ts'

/**
 * Members that are left out keep their values. Settings are merged key by key, pictures by category, colour mode and
 * resource; an empty list deletes all pictures. Returning to the defaults deletes the style's own settings and
 * pictures.
 */
export const updateManagedLoginBranding: Handler<'UpdateManagedLoginBranding'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  checkSource(input.UseCognitoProvidedValues, input.Settings)
  const settings = input.Settings === undefined ? undefined : readSettings(input.Settings)
  const received = input.Assets && readAssets(input.Assets)
  const toDefaults = input.UseCognitoProvidedValues === true

  return ctx.db.transaction().execute(async (trx) => {
    const present = await lockBranding(trx, pool.id, input.ManagedLoginBrandingId!)
    if (!present) throw brandingNotFound()
    const branding: Branding = {
      ...present,
      usesDefaults: toDefaults,
      settings: settings && mergeSettings(present.settings ?? {}, settings),
      updatedAt: ctx.clock.now(),
    }
    if (received) checkNamedAssets(received, await listPictures(trx, pool.id, branding.id))
    if (received ? input.Assets!.length === 0 : toDefaults) await deleteAssets(trx, pool.id, branding.id)
    await putAssets(trx, pool.id, branding.id, received?.replaced ?? [])
    await updateBranding(trx, branding)
    await bumpClientRevision(trx, pool.id, branding.clientId)
    return { ManagedLoginBranding: brandingView(branding, await listAssets(trx, pool.id, branding.id)) }
  })
}
