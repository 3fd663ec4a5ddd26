import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { checkAcrMapping, checkMapping } from '../attribute-mapping.ts'
import { claimIdentifiers } from '../identifiers.ts'
import { providerNotFound, providerView, requireProvider } from '../identity-provider.ts'
import { checkDetails } from '../provider-details.ts'
import { updateProvider } from '../provider-store.ts'
import { encryptionKeyOf } from '../saml-key.ts'

/**
 * Members that are left out keep their values; a member that is present is replaced as a whole, except for a private
 * key, which nobody can read back.
 */
export const updateIdentityProvider: Handler<'UpdateIdentityProvider'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const current = await requireProvider(ctx, pool, input.ProviderName)
  const { name, type } = current
  const { private_key } = current.details

  const { details, metadata } = input.ProviderDetails
    ? await checkDetails(ctx, type, { ...(private_key && { private_key }), ...input.ProviderDetails })
    : current
  if (input.ProviderDetails && type === 'SAML')
    details.ActiveEncryptionCertificate = (await encryptionKeyOf(ctx, pool.id, name)).certificate
  const changed = {
    ...current,
    details,
    metadata,
    attributeMapping: input.AttributeMapping
      ? checkMapping(pool, type, input.AttributeMapping)
      : current.attributeMapping,
    acrMapping: input.AcrMapping ? checkAcrMapping(type, input.AcrMapping) : current.acrMapping,
    identifiers: input.IdpIdentifiers ? [...new Set(input.IdpIdentifiers)] : current.identifiers,
    updatedAt: ctx.clock.now(),
  }

  await ctx.db.transaction().execute(async (trx) => {
    if (!(await updateProvider(trx, ctx, pool.id, changed, changed.updatedAt))) throw providerNotFound(name)
    if (input.IdpIdentifiers) await claimIdentifiers(trx, pool.id, name, changed.identifiers)
    await bumpPoolRevision(trx, pool.id)
  })
  return { IdentityProvider: providerView(changed) }
}
