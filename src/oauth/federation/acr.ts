import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { type AcrLevel, acrName } from '../../pool/tokens/proven.ts'

const levels: AcrLevel[] = [1, 2, 3, 4]

/** The app's names for how strongly a user is to be known, in the provider's words. */
export function requestedAcr(
  pool: Pool,
  { acrMapping }: IdentityProvider,
  asked: string | undefined,
): string | undefined {
  if (!acrMapping || !asked || pool.settings.UserPoolTier === 'LITE') return undefined
  const names = asked.split(' ').filter(Boolean)
  const values = names.flatMap((name) => {
    const level = levels.find((one) => acrName(pool, one) === name)
    return level && acrMapping[`Level${level}`] ? [acrMapping[`Level${level}`]] : []
  })
  return values.length > 0 ? values.join(' ') : undefined
}

/** What the provider says of itself counts as far as it was mapped; the rest is the lowest level. */
export function returnedLevel({ acrMapping }: IdentityProvider, acr: unknown): AcrLevel | undefined {
  if (!acrMapping || typeof acr !== 'string') return undefined
  return levels.find((level) => acrMapping[`Level${level}`] === acr) ?? 1
}
