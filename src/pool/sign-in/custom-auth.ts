/**
 * CUSTOM_AUTH: the pool's triggers decide what has to be proven, and when that is enough. The machine calls them after
 * each challenge; their decision is its first requirement.
 */
import type { Context } from '../../context.ts'
import { isSrpA } from '../../lib/srp.ts'
import { InvalidParameter, WrongCredentials } from '../../model/errors.ts'
import { allowedFlows, preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import { type ChallengeResult, defineAuthChallenge } from '../triggers/auth-challenges.ts'
import { hasTrigger, type TriggerName } from '../triggers/call-trigger.ts'
import type { Person } from '../triggers/person.ts'
import { unrecognizable } from '../triggers/response.ts'
import { type ChallengeName, challengeNamed } from './challenges/index.ts'
import { requireUsable } from './prove-password.ts'
import { secondFactorChallenge } from './second-factor.ts'
import type { Responses, SignIn, SignInState, Verdict } from './sign-in.ts'

/** Every challenge is a call of the client. Triggers that never finish are stopped here. */
const maxChallenges = 100

/** How such a sign-in begins: without anything, or with the client's half of SRP where the password comes first. */
export function beginCustomAuth(
  pool: Pool,
  parameters: Responses,
): { state: Partial<SignInState>; history: ChallengeResult[] } {
  requireAuthTrigger(pool, 'DefineAuthChallenge')
  // The service's own documentation spells it both ways.
  const name = parameters.CHALLENGE_NAME ?? parameters.ChallengeName
  if (name === undefined || name === 'CUSTOM_CHALLENGE') return { state: {}, history: [] }
  if (name !== 'SRP_A') throw new InvalidParameter('Invalid CHALLENGE_NAME.')
  if (!parameters.SRP_A)
    throw new InvalidParameter('Missing required parameter SRP_A', { reason: 'required', field: 'SRP_A' })
  if (!isSrpA(parameters.SRP_A)) throw new InvalidParameter('Invalid SRP_A.', { field: 'SRP_A' })
  return { state: { srpA: parameters.SRP_A }, history: [passed('SRP_A')] }
}

/** @throws InvalidParameterException */
export function requireAuthTrigger(pool: Pool, trigger: TriggerName): void {
  if (!hasTrigger(pool, trigger))
    throw new InvalidParameter('Custom auth lambda trigger is not configured for the user pool.')
}

export const personOf = ({ pool, client, user, state }: SignIn): Person => ({
  pool,
  client,
  user,
  typed: state.username,
})

/** Notes the result of a challenge, for the trigger that decides what comes next. */
export function noteAnswer(signIn: SignIn, name: ChallengeName, { result }: Verdict): SignIn {
  const { state, history = [] } = signIn
  if (state.flow !== 'CUSTOM_AUTH' || state.customDone) return signIn
  const noted = result ?? (challengeNamed(name).isShownToTriggers ? passed(name) : undefined)
  return { ...signIn, history: noted ? [...history, noted] : history, state: { ...state, first: undefined } }
}

/**
 * The sign-in after its trigger has been called, where that has to decide. @throws NotAuthorizedException where the
 * trigger ends it, and what triggers throw
 */
export async function direct(ctx: Context, signIn: SignIn): Promise<SignIn> {
  const { client, user, state, history = [] } = signIn
  if (state.flow !== 'CUSTOM_AUTH' || state.customDone || state.first) return signIn
  // The second factor follows the password; the trigger learns of it when it is called again.
  if (secondFactorChallenge(signIn)) return signIn
  if (user && !preventsUserExistenceErrors(client)) requireUsable(user)
  if (history.length >= maxChallenges) throw new WrongCredentials()

  const direction = await defineAuthChallenge(ctx, personOf(signIn), history, signIn.clientMetadata)
  if (direction.failAuthentication) throw new WrongCredentials()
  if (!direction.issueTokens) return { ...signIn, state: { ...state, first: challengeAsked(signIn, direction) } }

  if (!user) throw new WrongCredentials()
  requireUsable(user)
  const at = ctx.clock.now().getTime()
  const proven = state.proven ?? { at, factors: [{ name: 'custom' as const, at }] }
  return { ...signIn, state: { ...state, proven, customDone: true, srpA: undefined } }
}

/**
 * A challenge of the trigger's own; the password, of a user who has sent their half of SRP or whose server has the
 * password; or the new password of a user who has just proven a temporary one.
 */
function challengeAsked({ client, user, state }: SignIn, { challengeName }: { challengeName?: string }): ChallengeName {
  if (challengeName === 'CUSTOM_CHALLENGE') return challengeName
  if (challengeName === 'PASSWORD_VERIFIER' && state.srpA) return challengeName
  const isServer = state.driver === 'admin' && allowedFlows(client).has('ALLOW_ADMIN_USER_PASSWORD_AUTH')
  if (challengeName === 'ADMIN_NO_SRP_AUTH' && isServer) return challengeName
  const provedPassword = state.proven?.factors.some(({ name }) => name === 'pwd')
  if (challengeName === 'NEW_PASSWORD_REQUIRED' && provedPassword && user?.status === 'FORCE_CHANGE_PASSWORD')
    return challengeName
  throw unrecognizable()
}

const passed = (challengeName: string): ChallengeResult => ({
  challengeName,
  challengeResult: true,
  challengeMetadata: null,
})
