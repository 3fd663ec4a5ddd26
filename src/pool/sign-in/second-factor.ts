import { InvalidParameter } from '../../model/errors.ts'
import type { MfaOfUser } from '../mfa/mfa.ts'
import { type SecondFactor, secondFactorOf } from '../mfa/second-factor.ts'
import type { MfaFactor } from '../pools/mfa-factors.ts'
import type { FactorName } from '../tokens/proven.ts'
import type { ChallengeName } from './challenges/index.ts'
import type { SignIn } from './sign-in.ts'

export const noMfa: MfaOfUser = { enabled: [] }

const seconds: FactorName[] = ['otp', 'sms', 'email_otp']

/** What is still owed after what has been proven: a second factor comes after a password, and after nothing else. */
export function owedFactor({ pool, user, mfa = noMfa, state }: SignIn): SecondFactor {
  const proven = state.proven?.factors.map(({ name }) => name) ?? []
  if (!user || !proven.includes('pwd') || seconds.some((name) => proven.includes(name))) return { kind: 'none' }
  return secondFactorOf({ pool, user, mfa })
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
