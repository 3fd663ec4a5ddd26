import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { managedServers } from '../managed.ts'
import { resourceServerNotFound, resourceServerView } from '../resource-server.ts'
import { findResourceServer } from '../resource-server-store.ts'

export const describeResourceServer: Handler<'DescribeResourceServer'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const managed = managedServers(pool).find(({ identifier }) => identifier === input.Identifier)
  const server = managed ?? (await findResourceServer(ctx.db, pool.id, input.Identifier))
  if (!server) throw resourceServerNotFound(input.Identifier)
  return { ResourceServer: resourceServerView(pool.id, server) }
}
