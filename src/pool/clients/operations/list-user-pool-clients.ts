import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { listClients } from '../client-store.ts'

export const listUserPoolClients: Handler<'ListUserPoolClients'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const scope = `ListUserPoolClients ${pool.id} ${input.ClientType ?? ''}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined

  const limit = input.MaxResults ?? 60
  const clients = await listClients(ctx.db, pool.id, { after, type: input.ClientType, limit: limit + 1 })
  const { items, next } = cutPage(clients, limit, ({ id }) => id)
  return {
    UserPoolClients: items.map(({ id, name }) => ({ ClientId: id, UserPoolId: pool.id, ClientName: name })),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
