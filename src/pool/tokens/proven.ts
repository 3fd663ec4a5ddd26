import type { Pool } from '../pools/pool.ts'

/** A way in which a user was recognised, under its `amr` name; `custom` has none. */
export type FactorName = 'pwd' | 'otp' | 'sms' | 'email_otp' | 'swk' | 'hwk' | 'fed' | 'custom'

/** What a sign-in has proven. Kept with the tokens it ended in, so that a refresh says the same and a step-up can build on it. */
export interface Proven {
  /** Milliseconds at the first proof: `auth_time`. */
  at: number
  factors: ProvenFactor[]
}

export interface ProvenFactor {
  name: FactorName
  at: number
  /** Of `fed`: who vouches for the user, how strongly, by which methods, and by which session there. */
  provider?: string
  level?: AcrLevel
  methods?: string[]
  session?: string
}

/**
 * The `amr` claim: each factor once, in the order of proof, and `mfa` for two distinct ones. What a provider says of its
 * own methods takes the place of `fed`.
 */
export function authenticationMethods(proven: Proven): string[] {
  const names = new Set<string>(
    proven.factors.flatMap(({ name, methods }) => (methods?.length ? methods : name === 'custom' ? [] : [name])),
  )
  return names.size >= 2 ? [...names.difference(multiFactor), 'mfa'] : [...names]
}

const multiFactor = new Set(['mfa'])
const knownMethods = ['pwd', 'otp', 'sms', 'email_otp', 'swk', 'hwk', 'mfa']

/** The values of a provider's `amr` that mean something here. They tell of methods, never of a level. */
export function providerMethods(amr: unknown): string[] | undefined {
  if (!Array.isArray(amr)) return undefined
  const methods = knownMethods.filter((method) => amr.includes(method))
  return methods.length > 0 ? methods : undefined
}

export type AcrLevel = 1 | 2 | 3 | 4

/**
 * How much was proven: 4 is password and TOTP, 3 a passkey or password and a code by message, 2 such a code alone; or
 * what a provider says.
 */
export function acrLevel(proven: Proven): AcrLevel {
  const names = new Set(proven.factors.map((factor) => factor.name))
  const messageCode = names.has('sms') || names.has('email_otp')
  if (names.has('pwd') && names.has('otp')) return 4
  if (names.has('swk') || names.has('hwk')) return 3
  if (messageCode) return names.has('pwd') ? 3 : 2
  return proven.factors.find((factor) => factor.level)?.level ?? 1
}

/** The level's name in this pool. */
export function acrName(pool: Pool, level: AcrLevel): string {
  const names = pool.settings.AcrConfiguration as { [level: string]: { AcrValue?: string } | undefined } | undefined
  return names?.[`Level${level}`]?.AcrValue ?? `urn:cognito:loa:${level}`
}
