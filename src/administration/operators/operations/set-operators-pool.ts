import { requirePool } from '../../../pool/pools/pool.ts'
import type { OwnHandler } from '../../handler.ts'
import { setOperatorsPool as set } from '../operator-store.ts'

export const setOperatorsPool: OwnHandler<'SetOperatorsPool'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  await set(ctx.db, pool.id)
  return { UserPoolId: pool.id }
}
