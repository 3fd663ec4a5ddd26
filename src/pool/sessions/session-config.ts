import type { Context } from '../../context.ts'
import { FeatureUnavailableInTier, OperationNotEnabled } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { tierAllows } from '../pools/tiers.ts'

export const defaultMaxPerUser = 20
export const defaultSsoMinutes = 60

export const tracksSessions = (pool: Pool): boolean => pool.sideSettings?.sessions?.tracking === 'ENABLED'

export const maxPerUser = (pool: Pool): number => pool.sideSettings?.sessions?.maxPerUser ?? defaultMaxPerUser

/** For how many minutes after a sign-in this client accepts a browser's session; 0 is never. */
export function ssoMinutes(pool: Pool, clientId: string): number {
  return (tracksSessions(pool) ? pool.sideSettings?.sessions?.ssoMinutes[clientId] : undefined) ?? defaultSsoMinutes
}

/** A browser's session lives as long as any client accepts it. */
export function maxSsoMinutes(pool: Pool): number {
  const set = tracksSessions(pool) ? Object.values(pool.sideSettings?.sessions?.ssoMinutes ?? {}) : []
  return Math.max(defaultSsoMinutes, ...set)
}

/** @throws OperationNotEnabledException */
export function requireTracking(pool: Pool): void {
  if (!tracksSessions(pool)) throw new OperationNotEnabled('Session tracking is not enabled for the user pool.')
}

/** @throws FeatureUnavailableInTierException */
export function requireSessionTier(ctx: Context, pool: Pool): void {
  if (!tierAllows(ctx, pool.settings, 'ESSENTIALS'))
    throw new FeatureUnavailableInTier('Session management is not available in the LITE pricing tier.')
}
