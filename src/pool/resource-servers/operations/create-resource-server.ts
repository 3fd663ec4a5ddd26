import { InvalidParameter, LimitExceeded } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { refuseManaged } from '../managed.ts'
import { resourceServerView, scopesOf } from '../resource-server.ts'
import { countResourceServers, insertResourceServer } from '../resource-server-store.ts'

export const createResourceServer: Handler<'CreateResourceServer'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  refuseManaged(input.Identifier!)
  const server = { identifier: input.Identifier, name: input.Name, scopes: scopesOf(input.Scopes) }

  await ctx.db.transaction().execute(async (trx) => {
    if (ctx.config.strict && (await countResourceServers(trx, pool.id)) >= ctx.limits.resourceServersPerPool)
      throw new LimitExceeded('The maximum number of resource servers of the user pool is reached.')
    const inserted = await insertResourceServer(trx, pool.id, server, ctx.clock.now())
    if (!inserted) throw new InvalidParameter(`${input.Identifier} already exists in user pool ${pool.id}.`)
    await bumpPoolRevision(trx, pool.id)
  })
  return { ResourceServer: resourceServerView(pool.id, server) }
}
