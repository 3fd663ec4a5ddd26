import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { type AcrLevel, acrName } from '../../pool/tokens/proven.ts'

const levels: AcrLevel[] = [1, 2, 3, 4]

/** The levels that the app requests, translated into the provider's names. */
export function requestedAcr(
  pool: Pool,
  { acrMapping }: IdentityProvider,
  requested: string | undefined,
): string | undefined {
  if (!acrMapping || !requested || pool.settings.UserPoolTier === 'LITE') return undefined
  const names = requested.split(' ').filter(Boolean)
  const values = names.flatMap((name) => {
    const level = levels.find((one) => acrName(pool, one) === name)
    return level && acrMapping[`Level${level}`] ? [acrMapping[`Level${level}`]] : []
  })
  return values.length > 0 ? values.join(' ') : undefined
}

/** The level that the provider reports, where it is mapped; otherwise the lowest. */
export function returnedLevel({ acrMapping }: IdentityProvider, acr: unknown): AcrLevel | undefined {
  if (!acrMapping || typeof acr !== 'string') return undefined
  return levels.find((level) => acrMapping[`Level${level}`] === acr) ?? 1
}
