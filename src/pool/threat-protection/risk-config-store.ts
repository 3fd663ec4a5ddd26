import type { Db, Trx } from '../../context.ts'
import type { RiskSettings } from './risk-config.ts'

export async function listRiskConfigs(db: Db, poolId: string): Promise<Map<string, RiskSettings>> {
  const rows = await db
    .selectFrom('risk_configurations')
    .select(['scope', 'settings'])
    .where('pool_id', '=', poolId)
    .execute()
  return new Map(rows.map(({ scope, settings }) => [scope, settings]))
}

export function findRiskConfig(
  db: Db,
  poolId: string,
  scope: string,
): Promise<{ settings: RiskSettings; updatedAt: Date } | undefined> {
  return db
    .selectFrom('risk_configurations')
    .select(['settings', 'updated_at as updatedAt'])
    .where('pool_id', '=', poolId)
    .where('scope', '=', scope)
    .executeTakeFirst()
}

export async function putRiskConfig(
  trx: Trx,
  poolId: string,
  { scope, clientId, settings }: { scope: string; clientId?: string; settings: RiskSettings },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('risk_configurations')
    .values({ pool_id: poolId, scope, client_id: clientId ?? null, settings, updated_at: now })
    .onConflict((conflict) => conflict.columns(['pool_id', 'scope']).doUpdateSet({ settings, updated_at: now }))
    .execute()
}

export async function deleteRiskConfig(trx: Trx, poolId: string, scope: string): Promise<void> {
  await trx.deleteFrom('risk_configurations').where('pool_id', '=', poolId).where('scope', '=', scope).execute()
}
