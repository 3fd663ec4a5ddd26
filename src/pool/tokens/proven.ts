import type { AcrLevel } from '../factors/factor.ts'
import { factorProving, type ProofName, proofNames } from '../factors/index.ts'
import type { Pool } from '../pools/pool.ts'

export type { AcrLevel } from '../factors/factor.ts'

/** How a user was authenticated, by `amr` name; `custom` has none. */
export type FactorName = ProofName | 'fed' | 'custom'

/** What a sign-in has proven. Stored with its tokens, so that a refresh says the same and a step-up can build on it. */
export interface Proven {
  /** Milliseconds at the first proof: `auth_time`. */
  at: number
  factors: ProvenFactor[]
}

export interface ProvenFactor {
  name: FactorName
  at: number
  /** Of `fed`: the provider, its level and methods, and the session there. */
  provider?: string
  level?: AcrLevel
  methods?: string[]
  session?: string
}

/**
 * The `amr` claim: each factor once, in the order of proof, and `mfa` for two distinct ones. The methods that a
 * provider reports replace `fed`.
 */
export function authenticationMethods(proven: Proven): string[] {
  const names = new Set<string>(
    proven.factors.flatMap(({ name, methods }) => (methods?.length ? methods : name === 'custom' ? [] : [name])),
  )
  return names.size >= 2 ? [...names.difference(multiFactor), 'mfa'] : [...names]
}

const multiFactor = new Set(['mfa'])
const knownMethods = [...proofNames, 'mfa']

/** The values of a provider's `amr` that are known here. They name methods, never a level. */
export function providerMethods(amr: unknown): string[] | undefined {
  if (!Array.isArray(amr)) return undefined
  const methods = knownMethods.filter((method) => amr.includes(method))
  return methods.length > 0 ? methods : undefined
}

/** The highest level of the factors that were proven, or the level that the identity provider reports. */
export function acrLevel(proven: Proven): AcrLevel {
  const hasPassword = proven.factors.some(({ name }) => name === 'pwd')
  const levels = proven.factors.flatMap(({ name }) => factorProving(name)?.level ?? [])
  const own = Math.max(0, ...levels.map(({ alone, withPassword }) => (hasPassword ? withPassword : alone))) as AcrLevel
  return own > 1 ? own : (proven.factors.find((factor) => factor.level)?.level ?? 1)
}

/** Whether it took two factors, or one that counts for two, such as a passkey. A code that was sent is one factor. */
export const isMultiFactor = (proven: Proven): boolean =>
  authenticationMethods(proven).includes('mfa') || acrLevel(proven) > 2

export const acrLevels: readonly AcrLevel[] = [1, 2, 3, 4]

/** The level's name in this pool. */
export function acrName(pool: Pool, level: AcrLevel): string {
  const names = pool.settings.AcrConfiguration as { [level: string]: { AcrValue?: string } | undefined } | undefined
  return names?.[`Level${level}`]?.AcrValue ?? `urn:cognito:loa:${level}`
}
