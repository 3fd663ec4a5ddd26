import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { providersOf } from '../identity-provider.ts'

export const listIdentityProviders: Handler<'ListIdentityProviders'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const scope = `ListIdentityProviders ${pool.id}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined

  const providers = await providersOf(ctx, pool)
  const rest = providers.filter(
    ({ name }) => after === undefined || Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0,
  )
  const { items, next } = cutPage(rest, input.MaxResults || 60, ({ name }) => name)
  return {
    Providers: items.map((provider) => ({
      ProviderName: provider.name,
      ProviderType: provider.type,
      LastModifiedDate: provider.updatedAt,
      CreationDate: provider.createdAt,
    })),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
