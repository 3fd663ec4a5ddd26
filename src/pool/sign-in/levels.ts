import { type FirstFactor, proofOf } from '../factors/index.ts'
import { softwareTokenMfa } from '../factors/software-token-mfa.ts'
import { enabledFactors, type MfaPerson, secondFactorOf } from '../mfa/second-factor.ts'
import type { MfaFactor } from '../pools/mfa-factors.ts'
import { type AcrLevel, acrLevel, type FactorName } from '../tokens/proven.ts'
import { noMfa } from './no-mfa.ts'
import type { SignIn, SignInState } from './sign-in.ts'

type Person = Pick<SignIn, 'pool' | 'user' | 'mfa'> & { state: Pick<SignInState, 'target' | 'proven'> }

/** The second factors that would bring a sign-in by password to its target level. */
export function factorsTowards({ pool, user, mfa = noMfa, state }: Person): MfaFactor[] {
  const { target, proven } = state
  const names = proven?.factors.map(({ name }) => name) ?? []
  if (!user || !target || !names.includes('pwd') || levelOf(names) >= target) return []
  return ownFactors({ pool, user, mfa }).filter((factor) => levelOf([...names, proofOf(factor)]) >= target)
}

/** Whether a sign-in with this first factor can reach the target level. */
export function canReach({ pool, user, mfa = noMfa, state }: Person, first: FirstFactor, target: AcrLevel): boolean {
  const names = [...(state.proven?.factors.map(({ name }) => name) ?? []), proofOf(first)]
  if (levelOf(names) >= target) return true
  return (
    names.includes('pwd') && factorsTowards({ pool, user, mfa, state: { target, proven: asProven(names) } }).length > 0
  )
}

/** The factors that a user has, whether or not they are usually required. */
function ownFactors(person: MfaPerson): MfaFactor[] {
  const { pool, mfa } = person
  const factors = new Set(enabledFactors(person))
  if (mfa.token && (pool.settings.MfaConfiguration ?? 'OFF') !== 'OFF') factors.add(softwareTokenMfa.name)
  const required = secondFactorOf(person)
  if (required.kind === 'ask') factors.add(required.factor)
  if (required.kind === 'choose') for (const factor of required.factors) factors.add(factor)
  return [...factors]
}

const asProven = (names: FactorName[]) => ({ at: 0, factors: names.map((name) => ({ name, at: 0 })) })

const levelOf = (names: FactorName[]): AcrLevel | 0 => (names.length === 0 ? 0 : acrLevel(asProven(names)))
