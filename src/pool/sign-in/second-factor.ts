import { InvalidParameter } from '../../model/errors.ts'
import { secondFactors } from '../factors/index.ts'
import { askOrChoose, factorAtRisk, type MfaPerson, type SecondFactor, secondFactorOf } from '../mfa/second-factor.ts'
import type { MfaFactor } from '../pools/mfa-factors.ts'
import { unsafe } from '../threat-protection/refuse-risk.ts'
import type { ChallengeName } from './challenges/index.ts'
import { factorsTowards } from './levels.ts'
import { noMfa } from './no-mfa.ts'
import type { SignIn } from './sign-in.ts'
import { deviceChallenge, devicePassed } from './trusted-device.ts'

const proofsOfSeconds: ReadonlySet<string> = new Set(secondFactors.flatMap(({ proves }) => proves))

/** What is still owed after what has been proven, for the rules of the pool or the level that the sign-in is to reach. */
export function owedFactor(signIn: SignIn): SecondFactor {
  const towards = factorsTowards(signIn)
  return towards.length > 0 ? askOrChoose(towards) : owedToPool(signIn)
}

/** A second factor comes after a password, and after nothing else. */
function owedToPool(signIn: SignIn): SecondFactor {
  const { pool, user, mfa = noMfa, state } = signIn
  const hasPassword = state.proven?.factors.some(({ name }) => name === 'pwd')
  if (!user || !hasPassword || hasSecondFactor(signIn)) return { kind: 'none' }
  const owed: SecondFactor = devicePassed(signIn) ? { kind: 'none' } : secondFactorOf({ pool, user, mfa })
  return owed.kind === 'none' && state.watched?.mfa ? forcedFactor({ pool, user, mfa }, state.watched.mfa) : owed
}

/** @throws NotAuthorizedException where one is demanded that the user does not have */
function forcedFactor(person: MfaPerson, mfa: 'IF_CONFIGURED' | 'REQUIRED'): SecondFactor {
  const factor = factorAtRisk(person)
  if (factor.kind === 'ask' || factor.kind === 'choose') return factor
  if (mfa === 'REQUIRED') throw unsafe()
  return { kind: 'none' }
}

/** A code that came before the password was a first factor. */
function hasSecondFactor({ state }: SignIn): boolean {
  const names = state.proven?.factors.map(({ name }) => name) ?? []
  return names.includes('pwd') && names.slice(names.indexOf('pwd')).some((name) => proofsOfSeconds.has(name))
}

/** A remembered device proves itself, unless the user has passed a second factor, which proves more. */
export function trustedDeviceChallenge(signIn: SignIn): ChallengeName | undefined {
  if (!signIn.device || hasSecondFactor(signIn)) return undefined
  return deviceChallenge(signIn, owedFactor(signIn).kind !== 'none')
}

/** @throws InvalidParameterException for a user who must give a second factor and can neither give nor set up one */
export function secondFactorChallenge(signIn: SignIn): ChallengeName | undefined {
  const owed = owedFactor(signIn)
  if (owed.kind === 'none') return undefined
  if (owed.kind === 'ask') return owed.factor
  if (owed.kind === 'choose')
    return owed.factors.find((name) => name === signIn.state.secondFactor) ?? 'SELECT_MFA_TYPE'
  if (owed.kind === 'setUp') return 'MFA_SETUP'
  throw new InvalidParameter(
    'The user pool requires MFA, and the user has no factor for it that is not a method of account recovery.',
  )
}

/** What a user who has none of the factors that are required may set up. */
export function setUpChoices(signIn: SignIn): MfaFactor[] {
  const owed = owedFactor(signIn)
  return owed.kind === 'setUp' ? owed.factors : []
}
