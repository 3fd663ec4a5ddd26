import type { PoolSettings } from '../../model/settings.ts'
import type { AddressAttribute } from '../factors/factor.ts'
import { codeFactors } from '../factors/index.ts'

/** Whether the pool's policy allows this as a first factor. */
export function allowsFirstFactor(settings: PoolSettings, name: string): boolean {
  const allowed: readonly string[] = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? []
  return allowed.includes(name)
}

/** The attributes that a code may be sent to as the first factor. */
export const codeAttributes = (settings: PoolSettings): AddressAttribute[] =>
  codeFactors.filter(({ name }) => allowsFirstFactor(settings, name)).map(({ sendsTo }) => sendsTo)
