import type {
  AccountTakeoverActionType,
  EventFilterType,
  RiskConfigurationType,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { UserPoolAddOnNotEnabled } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { type ProtectionMode, protectionOf } from '../pools/protection.ts'
import { listRiskConfigs } from './risk-config-store.ts'

/** The settings of a pool or of one of its clients, under their wire names. */
export type RiskSettings = Pick<
  RiskConfigurationType,
  'CompromisedCredentialsRiskConfiguration' | 'AccountTakeoverRiskConfiguration' | 'RiskExceptionConfiguration'
>

export type RiskLevel = 'Low' | 'Medium' | 'High'

export const everyClient = 'ALL'

/** Custom authentication may be protected differently from the standard flows; by default it is not. */
export function protectionOfFlow(pool: Pool, flow: string): ProtectionMode {
  const mode = protectionOf(pool)
  if (flow !== 'CUSTOM_AUTH' || mode === 'OFF') return mode
  return pool.settings.UserPoolAddOns?.AdvancedSecurityAdditionalFlows?.CustomAuthMode ?? 'OFF'
}

/** @throws UserPoolAddOnNotEnabledException */
export function requireProtection(pool: Pool): void {
  if (protectionOf(pool) === 'OFF') throw new UserPoolAddOnNotEnabled()
}

/** By snapshot: every change of the settings gives the pool a new one. */
const known = new WeakMap<Pool, Promise<Map<string, RiskSettings>>>()

/** The client's own settings, else those of the pool. */
export async function riskSettings(ctx: Context, pool: Pool, clientId: string): Promise<RiskSettings> {
  let loading = known.get(pool)
  if (!loading) {
    loading = listRiskConfigs(ctx.db, pool.id)
    known.set(pool, loading)
    loading.catch(() => known.delete(pool))
  }
  const all = await loading
  return all.get(clientId) ?? all.get(everyClient) ?? {}
}

const noAction: AccountTakeoverActionType = { EventAction: 'NO_ACTION', Notify: false }

export function actionFor(settings: RiskSettings, level: RiskLevel | undefined): AccountTakeoverActionType {
  const actions = settings.AccountTakeoverRiskConfiguration?.Actions
  return (level && actions?.[`${level}Action`]) || noAction
}

/** Whether compromised passwords are checked at such an event. */
export function watchesPasswords(settings: RiskSettings, event: EventFilterType): boolean {
  const compromised = settings.CompromisedCredentialsRiskConfiguration
  return compromised !== undefined && (!compromised.EventFilter?.length || compromised.EventFilter.includes(event))
}

export const blocksCompromised = (settings: RiskSettings): boolean =>
  settings.CompromisedCredentialsRiskConfiguration?.Actions?.EventAction === 'BLOCK'
