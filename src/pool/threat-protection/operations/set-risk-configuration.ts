import { ResourceNotFound } from '../../../model/errors.ts'
import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { requireSesRegion } from '../../pools/delivery-rules.ts'
import { bumpPoolRevision, lockPool } from '../../pools/pool-store.ts'
import { everyClient, type RiskSettings, requireProtection } from '../risk-config.ts'
import { deleteRiskConfig, putRiskConfig } from '../risk-config-store.ts'
import { checkRiskSettings } from '../risk-rules.ts'

/**
 * With nothing but ids, a client inherits from its pool again, and a pool returns to the defaults. A pool whose threat
 * protection is off keeps its configuration until it is on. No recorded answer shows a LastModifiedDate.
 */
export const setRiskConfiguration: Handler<'SetRiskConfiguration'> = async (input, ctx) => {
  const { UserPoolId, ClientId, ...received } = input
  if (ClientId) await requireClientOf(ctx, UserPoolId!, ClientId)
  const settings: RiskSettings = Object.fromEntries(Object.entries(received).filter(([, value]) => value !== undefined))
  checkRiskSettings(settings)
  requireSesRegion(ctx, settings.AccountTakeoverRiskConfiguration?.NotifyConfiguration?.SourceArn)

  const now = ctx.clock.now()
  const scope = ClientId ?? everyClient
  await ctx.db.transaction().execute(async (trx) => {
    const pool = await lockPool(trx, UserPoolId!)
    if (!pool) throw new ResourceNotFound(`User pool ${UserPoolId} does not exist.`, { reason: 'pool-not-found' })
    if (ctx.config.strict) requireProtection(pool)
    if (Object.keys(settings).length === 0) await deleteRiskConfig(trx, pool.id, scope)
    else await putRiskConfig(trx, pool.id, { scope, clientId: ClientId, settings }, now)
    await bumpPoolRevision(trx, pool.id)
  })
  const isCleared = Object.keys(settings).length === 0
  return { RiskConfiguration: isCleared ? undefined : { UserPoolId, ClientId, ...settings } }
}
