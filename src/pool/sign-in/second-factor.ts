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

/**
 * The second factor that is still required after what has been proven, by the rules of the pool or by the sign-in's
 * target level.
 */
export function requiredFactor(signIn: SignIn): SecondFactor {
  const towards = factorsTowards(signIn)
  return towards.length > 0 ? askOrChoose(towards) : requiredByPool(signIn)
}

/** A second factor follows a password, and nothing else. */
function requiredByPool(signIn: SignIn): SecondFactor {
  const { pool, user, mfa = noMfa, state } = signIn
  const hasPassword = state.proven?.factors.some(({ name }) => name === 'pwd')
  if (!user || !hasPassword || hasSecondFactor(signIn)) return { kind: 'none' }
  const required: SecondFactor = devicePassed(signIn) ? { kind: 'none' } : secondFactorOf({ pool, user, mfa })
  return required.kind === 'none' && state.watched?.mfa
    ? forcedFactor({ pool, user, mfa }, state.watched.mfa)
    : required
}

/** @throws NotAuthorizedException where one is required that the user does not have */
function forcedFactor(person: MfaPerson, mfa: 'IF_CONFIGURED' | 'REQUIRED'): SecondFactor {
  const factor = factorAtRisk(person)
  if (factor.kind === 'ask' || factor.kind === 'choose') return factor
  if (mfa === 'REQUIRED') throw unsafe()
  return { kind: 'none' }
}

/** A code before the password was a first factor. */
function hasSecondFactor({ state }: SignIn): boolean {
  const names = state.proven?.factors.map(({ name }) => name) ?? []
  return names.includes('pwd') && names.slice(names.indexOf('pwd')).some((name) => proofsOfSeconds.has(name))
}

/** A remembered device proves itself, unless the user has passed a second factor, which proves more. */
export function trustedDeviceChallenge(signIn: SignIn): ChallengeName | undefined {
  if (!signIn.device || hasSecondFactor(signIn)) return undefined
  return deviceChallenge(signIn, requiredFactor(signIn).kind !== 'none')
}

/** @throws InvalidParameterException for a user who needs a second factor and can neither provide nor set up one */
export function secondFactorChallenge(signIn: SignIn): ChallengeName | undefined {
  const required = requiredFactor(signIn)
  if (required.kind === 'none') return undefined
  if (required.kind === 'ask') return required.factor
  if (required.kind === 'choose')
    return required.factors.find((name) => name === signIn.state.secondFactor) ?? 'SELECT_MFA_TYPE'
  if (required.kind === 'setUp') return 'MFA_SETUP'
  throw new InvalidParameter(
    'The user pool requires MFA, and the user has no factor for it that is not a method of account recovery.',
  )
}

/** The factors that a user without any of the required ones may set up. */
export function setUpChoices(signIn: SignIn): MfaFactor[] {
  const required = requiredFactor(signIn)
  return required.kind === 'setUp' ? required.factors : []
}
