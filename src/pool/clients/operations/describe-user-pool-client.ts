import type { Handler } from '../../handler.ts'
import { requireClientOf } from '../client.ts'
import { clientView } from '../client-view.ts'

export const describeUserPoolClient: Handler<'DescribeUserPoolClient'> = async (input, ctx) => {
  const { client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  // This operation alone returns the type of a client.
  return { UserPoolClient: { ClientType: 'REGULAR', ...clientView(ctx, client) } }
}
