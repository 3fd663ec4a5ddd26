import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { managedServers } from '../managed.ts'
import { resourceServerView } from '../resource-server.ts'
import { listResourceServers as listServers } from '../resource-server-store.ts'

export const listResourceServers: Handler<'ListResourceServers'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const scope = `ListResourceServers ${pool.id}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined

  const limit = input.MaxResults ?? 50
  const own = await listServers(ctx.db, pool.id, { after, limit: limit + 1 })
  // Built-in servers come last, so that no page continues after one of them.
  const servers = own.length > limit ? own : [...own, ...managedServers(pool)]
  const { items, next } = cutPage(servers, limit, ({ identifier }) => identifier)
  return {
    ResourceServers: items.map((server) => resourceServerView(pool.id, server)),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
