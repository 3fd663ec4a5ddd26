import type { Challenge } from '../sign-in.ts'
import { customChallenge } from './custom-challenge.ts'
import { newPasswordRequired } from './new-password-required.ts'
import { password } from './password.ts'
import { passwordSrp } from './password-srp.ts'
import { passwordVerifier } from './password-verifier.ts'
import { selectChallenge } from './select-challenge.ts'

/** Every challenge there is, by wire name. */
export const challenges = {
  SELECT_CHALLENGE: selectChallenge,
  PASSWORD: password,
  PASSWORD_SRP: passwordSrp,
  PASSWORD_VERIFIER: passwordVerifier,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  CUSTOM_CHALLENGE: customChallenge,
} satisfies Record<string, Challenge>

export type ChallengeName = keyof typeof challenges

export const challengeNamed = (name: ChallengeName): Challenge => challenges[name]

export const isChallengeName = (name: string): name is ChallengeName => Object.hasOwn(challenges, name)
