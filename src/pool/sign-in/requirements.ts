import { requireSafe } from '../threat-protection/refuse-risk.ts'
import type { ChallengeName } from './challenges/index.ts'
import { mayEnterByCode } from './first-factors.ts'
import { secondFactorChallenge, trustedDeviceChallenge } from './second-factor.ts'
import { invalidSession } from './session-errors.ts'
import type { SignIn } from './sign-in.ts'
import { requireLevel } from './step-up.ts'
import { requireKnownDevice } from './trusted-device.ts'

type Requirement = (signIn: SignIn) => ChallengeName | undefined

/** In order. The first that is unmet names the next challenge. */
const requirements: Requirement[] = [
  function firstFactor({ state }) {
    if (state.flow === 'CUSTOM_AUTH') return state.customDone ? undefined : state.first
    return state.proven && !state.firstAgain ? undefined : (state.first ?? 'SELECT_CHALLENGE')
  },
  function codeAlone(signIn) {
    if (!mayEnterByCode(signIn)) throw invalidSession()
    return undefined
  },
  requireSafe,
  requireKnownDevice,
  function passwordOfOwn({ user }) {
    return user?.status === 'FORCE_CHANGE_PASSWORD' ? 'NEW_PASSWORD_REQUIRED' : undefined
  },
  trustedDeviceChallenge,
  secondFactorChallenge,
  requireLevel,
]

/** The challenge that comes next; undefined where nothing is left to ask. */
export function nextChallenge(signIn: SignIn): ChallengeName | undefined {
  for (const requirement of requirements) {
    const name = requirement(signIn)
    if (name) return name
  }
  return undefined
}
