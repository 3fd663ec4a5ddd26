import { type FirstFactor, proofOf } from '../factors/index.ts'
import { softwareTokenMfa } from '../factors/software-token-mfa.ts'
import { enabledFactors, type MfaPerson, secondFactorOf } from '../mfa/second-factor.ts'
import type { MfaFactor } from '../pools/mfa-factors.ts'
import { type AcrLevel, acrLevel, type FactorName } from '../tokens/proven.ts'
import { noMfa } from './no-mfa.ts'
import type { SignIn, SignInState } from './sign-in.ts'

type Person = Pick<SignIn, 'pool' | 'user' | 'mfa'> & { state: Pick<SignInState, 'target' | 'proven'> }

/** The second factors that would bring a sign-in with a password to the level that it was asked to reach. */
export function factorsTowards({ pool, user, mfa = noMfa, state }: Person): MfaFactor[] {
  const { target, proven } = state
  const names = proven?.factors.map(({ name }) => name) ?? []
  if (!user || !target || !names.includes('pwd') || levelOf(names) >= target) return []
  return ownFactors({ pool, user, mfa }).filter((factor) => levelOf([...names, proofOf(factor)]) >= target)
}

/** Whether a sign-in that goes on with this first factor can come to the level. */
export function canReach({ pool, user, mfa = noMfa, state }: Person, first: FirstFactor, target: AcrLevel): boolean {
  const names = [...(state.proven?.factors.map(({ name }) => name) ?? []), proofOf(first)]
  if (levelOf(names) >= target) return true
  return (
    names.includes('pwd') && factorsTowards({ pool, user, mfa, state: { target, proven: asProven(names) } }).length > 0
  )
}

/** What a user has, whether or not it is usually asked for. */
function ownFactors(person: MfaPerson): MfaFactor[] {
  const { pool, mfa } = person
  const factors = new Set(enabledFactors(person))
  if (mfa.token && (pool.settings.MfaConfiguration ?? 'OFF') !== 'OFF') factors.add(softwareTokenMfa.name)
  const owed = secondFactorOf(person)
  if (owed.kind === 'ask') factors.add(owed.factor)
  if (owed.kind === 'choose') for (const factor of owed.factors) factors.add(factor)
  return [...factors]
}

const asProven = (names: FactorName[]) => ({ at: 0, factors: names.map((name) => ({ name, at: 0 })) })

const levelOf = (names: FactorName[]): AcrLevel | 0 => (names.length === 0 ? 0 : acrLevel(asProven(names)))
