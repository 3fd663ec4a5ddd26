import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { refuseManaged } from '../managed.ts'
import { resourceServerNotFound } from '../resource-server.ts'
import { deleteResourceServer as deleteServer } from '../resource-server-store.ts'

/** Clients keep its scopes in their settings, without effect. */
export const deleteResourceServer: Handler<'DeleteResourceServer'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  refuseManaged(input.Identifier!)
  await ctx.db.transaction().execute(async (trx) => {
    const deleted = await deleteServer(trx, pool.id, input.Identifier)
    if (!deleted) throw resourceServerNotFound(input.Identifier)
    await bumpPoolRevision(trx, pool.id)
  })
  return {}
}
