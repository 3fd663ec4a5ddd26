import { uuidv4 } from '../../../lib/ids.ts'
import { LimitExceeded, ManagedLoginBrandingExists } from '../../../model/errors.ts'
import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { readAssets } from '../asset.ts'
import { brandingView, checkNamedAssets, checkSource } from '../branding.ts'
import { type Branding, bumpClientRevision, countBrandings, insertBranding, putAssets } from '../branding-store.ts'
import { readSettings } from '../settings.ts'

export const createManagedLoginBranding: Handler<'CreateManagedLoginBranding'> = async (input, ctx) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  checkSource(input.UseCognitoProvidedValues, input.Settings)
  const assets = readAssets(input.Assets ?? [])
  checkNamedAssets(assets, [])
  const now = ctx.clock.now()
  const branding: Branding = {
    id: uuidv4(),
    poolId: pool.id,
    clientId: client.id,
    usesDefaults: input.UseCognitoProvidedValues === true,
    settings: input.Settings === undefined ? undefined : readSettings(input.Settings),
    createdAt: now,
    updatedAt: now,
  }

  await ctx.db.transaction().execute(async (trx) => {
    if (ctx.config.strict && (await countBrandings(trx, pool.id)) >= ctx.limits.stylesPerPool)
      throw new LimitExceeded(`A user pool can have at most ${ctx.limits.stylesPerPool} managed login branding styles.`)
    if (!(await insertBranding(trx, branding)))
      throw new ManagedLoginBrandingExists(`A ManagedLoginBranding already exists for client ${client.id}`)
    await putAssets(trx, pool.id, branding.id, assets.replaced)
    await bumpClientRevision(trx, pool.id, client.id)
  })
  return { ManagedLoginBranding: brandingView(branding, assets.replaced) }
}
