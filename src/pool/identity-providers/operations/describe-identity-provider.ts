import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { providerView, requireProvider } from '../identity-provider.ts'
import { withCertificate } from '../saml-key.ts'

export const describeIdentityProvider: Handler<'DescribeIdentityProvider'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const provider = await requireProvider(ctx, pool, input.ProviderName)
  return { IdentityProvider: providerView(await withCertificate(ctx, provider)) }
}
