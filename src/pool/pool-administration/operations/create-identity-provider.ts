import { DuplicateProvider, InvalidParameter, LimitExceeded, ResourceNotFound } from '../../../model/errors.ts'
import { makeProviderGroup } from '../../groups/provider-group.ts'
import type { Handler } from '../../handler.ts'
import { checkAcrMapping, checkMapping } from '../../identity-providers/attribute-mapping.ts'
import { claimIdentifiers } from '../../identity-providers/identifiers.ts'
import { type IdentityProvider, isSocial, providerView } from '../../identity-providers/identity-provider.ts'
import { checkDetails } from '../../identity-providers/provider-details.ts'
import { countProviders, insertProvider, providerExists } from '../../identity-providers/provider-store.ts'
import { encryptionKeyOf } from '../../identity-providers/saml-key.ts'
import { socialProviders } from '../../identity-providers/social-providers.ts'
import { requirePool } from '../../pools/pool.ts'
import { withIdentities } from '../../pools/pool-schema.ts'
import { lockPool, updatePool } from '../../pools/pool-store.ts'

/**
 * With a pool's first provider comes the attribute that lists a user's identities; every provider comes with a group of
 * its users.
 */
export const createIdentityProvider: Handler<'CreateIdentityProvider'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const { ProviderName: name, ProviderType: type } = input
  checkName(name, type)
  const attributeMapping = checkMapping(pool, type, input.AttributeMapping)
  const acrMapping = checkAcrMapping(type, input.AcrMapping)
  const exists = () => new DuplicateProvider(`${name} already exists in user pool ${pool.id}`)
  // Checked early, before the provider's metadata is fetched; the insert decides.
  if (await providerExists(ctx.db, pool.id, name)) throw exists()
  const { details, metadata } = await checkDetails(ctx, type, input.ProviderDetails)
  if (type === 'SAML') details.ActiveEncryptionCertificate = (await encryptionKeyOf(ctx, pool.id, name)).certificate

  const now = ctx.clock.now()
  const identifiers = [...new Set(input.IdpIdentifiers)]
  const provider: IdentityProvider = {
    poolId: pool.id,
    name,
    type,
    details,
    attributeMapping,
    acrMapping,
    identifiers,
    metadata,
    createdAt: now,
    updatedAt: now,
  }
  await ctx.db.transaction().execute(async (trx) => {
    const current = await lockPool(trx, pool.id)
    if (!current) throw new ResourceNotFound(`User pool ${pool.id} does not exist.`, { reason: 'pool-not-found' })
    if (ctx.config.strict && (await countProviders(trx, pool.id)) >= ctx.limits.identityProvidersPerPool)
      throw new LimitExceeded('The maximum number of identity providers of the user pool is reached.')
    if (!(await insertProvider(trx, ctx, pool.id, provider, now))) throw exists()
    await claimIdentifiers(trx, pool.id, name, identifiers)
    await makeProviderGroup(trx, pool.id, name, now)
    const SchemaAttributes = withIdentities(current.settings.SchemaAttributes)
    await updatePool(trx, pool.id, { settings: { ...current.settings, SchemaAttributes } })
  })
  return { IdentityProvider: providerView(provider) }
}

/** The names of the social providers, and of the pool's own users, are reserved. */
function checkName(name: string, type: string): void {
  const reserved = socialProviders[name] !== undefined || name.toUpperCase() === 'COGNITO'
  if (isSocial(type) ? name !== type : reserved)
    throw new InvalidParameter(`Provider ${name} cannot be of type ${type}.`)
}
