import { DuplicateProvider, InvalidParameter, LimitExceeded } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { limits } from '../../limits.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { checkAcrMapping, checkMapping } from '../attribute-mapping.ts'
import { claimIdentifiers } from '../identifiers.ts'
import { type IdentityProvider, isSocial, providerView } from '../identity-provider.ts'
import { checkDetails, isTrue } from '../provider-details.ts'
import { countProviders, insertProvider, providerExists } from '../provider-store.ts'
import { encryptionKeyOf } from '../saml-key.ts'
import { socialProviders } from '../social-providers.ts'

export const createIdentityProvider: Handler<'CreateIdentityProvider'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const { ProviderName: name, ProviderType: type } = input
  checkName(name, type)
  const attributeMapping = checkMapping(pool, type, input.AttributeMapping)
  const acrMapping = checkAcrMapping(type, input.AcrMapping)
  const exists = () => new DuplicateProvider(`${name} already exists in user pool ${pool.id}`)
  // Asked before the provider is, and decided by the insert.
  if (await providerExists(ctx.db, pool.id, name)) throw exists()
  const { details, metadata } = await checkDetails(ctx, type, input.ProviderDetails)
  if (isTrue(details.EncryptedResponses))
    details.ActiveEncryptionCertificate = (await encryptionKeyOf(ctx, pool.id, name)).certificate

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
    if (ctx.config.strict && (await countProviders(trx, pool.id)) >= limits.identityProvidersPerPool)
      throw new LimitExceeded('The maximum number of identity providers of the user pool is reached.')
    if (!(await insertProvider(trx, ctx, pool.id, provider, now))) throw exists()
    await claimIdentifiers(trx, pool.id, name, identifiers)
    await bumpPoolRevision(trx, pool.id)
  })
  return { IdentityProvider: providerView(provider) }
}

/** Each social provider has its own name, and nobody else has it; nor that of the pool's own users. */
function checkName(name: string, type: string): void {
  const reserved = socialProviders[name] !== undefined || name.toUpperCase() === 'COGNITO'
  if (isSocial(type) ? name !== type : reserved)
    throw new InvalidParameter(`Provider ${name} cannot be of type ${type}.`)
}
