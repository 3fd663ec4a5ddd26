import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { refuseManaged } from '../managed.ts'
import { resourceServerNotFound, resourceServerView, scopesOf } from '../resource-server.ts'
import { updateResourceServer as updateServer } from '../resource-server-store.ts'

/** Scopes that are left out are removed: the documentation says they go back to their default. */
export const updateResourceServer: Handler<'UpdateResourceServer'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  refuseManaged(input.Identifier!)
  const server = { identifier: input.Identifier, name: input.Name, scopes: scopesOf(input.Scopes) }

  await ctx.db.transaction().execute(async (trx) => {
    const updated = await updateServer(trx, pool.id, server, ctx.clock.now())
    if (!updated) throw resourceServerNotFound(input.Identifier)
    await bumpPoolRevision(trx, pool.id)
  })
  return { ResourceServer: resourceServerView(pool.id, server) }
}
