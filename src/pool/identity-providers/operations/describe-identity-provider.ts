import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { providerView, requireProvider } from '../identity-provider.ts'

export const describeIdentityProvider: Handler<'DescribeIdentityProvider'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  return { IdentityProvider: providerView(await requireProvider(ctx, pool, input.ProviderName)) }
}
