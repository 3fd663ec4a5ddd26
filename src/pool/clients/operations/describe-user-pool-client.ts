import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireClientOf } from '../client.ts'
import { clientView } from '../client-view.ts'

export const describeUserPoolClient: Handler<'DescribeUserPoolClient'> = async (input, ctx) => {
  await requirePool(ctx, input.UserPoolId)
  const { client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  // This operation alone returns the type of a client.
  return { UserPoolClient: { ClientType: 'REGULAR', ...clientView(ctx, client) } }
}
