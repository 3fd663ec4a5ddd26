import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { everyClient, requireProtection } from '../risk-config.ts'
import { findRiskConfig } from '../risk-config-store.ts'

/** The settings of the pool or client itself: a client that inherits has none. */
export const describeRiskConfiguration: Handler<'DescribeRiskConfiguration'> = async (input, ctx) => {
  const { UserPoolId, ClientId } = input
  const pool = await requirePool(ctx, UserPoolId!)
  if (ClientId) await requireClientOf(ctx, pool.id, ClientId)
  if (ctx.config.strict) requireProtection(pool)
  const found = await findRiskConfig(ctx.db, pool.id, ClientId ?? everyClient)
  return { RiskConfiguration: { UserPoolId, ClientId, ...found?.settings } }
}
