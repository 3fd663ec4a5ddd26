import type { PoolSettings } from '../../model/settings.ts'
import { type SecondFactor, secondFactors } from '../factors/index.ts'

export type MfaFactor = SecondFactor

/** The second factors that the pool offers; none while MFA is off. */
export function mfaFactors(settings: PoolSettings): Set<MfaFactor> {
  if ((settings.MfaConfiguration ?? 'OFF') === 'OFF') return new Set()
  return new Set(secondFactors.filter(({ second }) => second.isOffered(settings)).map(({ name }) => name))
}
