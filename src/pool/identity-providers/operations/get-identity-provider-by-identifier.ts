import { ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { findProviderByIdentifier, providerView } from '../identity-provider.ts'
import { withCertificate } from '../saml-key.ts'

export const getIdentityProviderByIdentifier: Handler<'GetIdentityProviderByIdentifier'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const provider = await findProviderByIdentifier(ctx, pool, input.IdpIdentifier)
  if (!provider) throw new ResourceNotFound(`Identity provider with identifier ${input.IdpIdentifier} does not exist.`)
  return { IdentityProvider: providerView(await withCertificate(ctx, provider)) }
}
