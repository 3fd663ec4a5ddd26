/**
 * A guess at a password is counted in the statement that reads whose password it is, where nothing stands between that
 * read and the judgment: what refuses a call before its password is looked at must not have counted a guess.
 */
import type { Context } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { passwordGuess, subjectKey } from '../attempts/lock-out.ts'
import type { Client } from '../clients/client.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Owner } from '../clients/owner.ts'
import { protectionOfFlow } from '../threat-protection/risk-config.ts'
import { hasTrigger } from '../triggers/call-trigger.ts'
import { loginName } from '../users/user.ts'
import type { GuessByAnswer, GuessByName } from './early-guess-store.ts'
import { type FlowName, flows } from './flows.ts'
import { migratesByAnswer } from './migrate.ts'
import { accountStates, guesser, noUser, usableStates } from './prove-password.ts'
import { readClaim } from './secret-block.ts'
import type { Driver, Responses, SignIn, SignInState } from './sign-in.ts'

/** The password that comes with a first call. */
export function guessOfFirstCall(
  ctx: Context,
  { pool, client, parameters }: Owner & { parameters: Responses },
  flow: FlowName,
): GuessByName | undefined {
  if (!parameters.PASSWORD || !flows[flow].needs.includes('PASSWORD')) return undefined
  if (hasTrigger(pool, 'PreAuthentication') || protectionOfFlow(pool, flow) !== 'OFF') return undefined
  const unknownName = loginName(pool, parameters.USERNAME!)
  // Where the name reads like a sub, a second statement finds the user.
  if (isUuid(unknownName)) return undefined
  // Another directory is asked first whether it knows the name, and counts for itself.
  const judgedStates = statesJudged(client).filter((state) => state !== noUser || !hasTrigger(pool, 'UserMigration'))
  return { ...passwordGuess(ctx), judgedStates, unknownSubject: subjectKey(ctx, pool.id, { unknownName }) }
}

/**
 * What a session keeps for the password that is to answer it: who counts as its guesser, and what the answer has to say
 * to be judged. The names are those that an answer usually comes under; others are looked at, and counted, later.
 */
export function guessToExpect(
  ctx: Context,
  signIn: SignIn,
  { names, signInId }: { names: string[]; signInId?: string },
): SignInState['guess'] {
  const { pool, user, state } = signIn
  // What was proven before may have ended meanwhile; and another directory counts for itself.
  if (state.proven || (!user && migratesByAnswer(pool, state.driver))) return undefined
  const { driver } = state
  const expectations = names.map((name) => expectationOf({ driver, name, signInId }))
  return { subject: subjectKey(ctx, pool.id, guesser(signIn)), expectations: [...new Set(expectations)] }
}

/** The password, or the proof of it, that answers a session. */
export function guessOfAnswer(
  ctx: Context,
  answer: Owner & { driver: Driver; challengeName: string; responses: Responses },
): GuessByAnswer | undefined {
  const { pool, client, driver, challengeName, responses } = answer
  if (protectionOfFlow(pool, 'USER_AUTH') !== 'OFF') return undefined
  const signInId = challengeName === 'PASSWORD_VERIFIER' ? claimedSignIn(ctx, answer) : undefined
  const isGuess = challengeName === 'PASSWORD' ? Boolean(responses.PASSWORD) : signInId !== undefined
  if (!isGuess) return undefined
  const expectation = expectationOf({ driver, name: responses.USERNAME, signInId })
  return { ...passwordGuess(ctx), judgedStates: statesJudged(client), expectation }
}

/** A page answers what it asked itself, without a name. */
function expectationOf({ driver, name, signInId = '' }: { driver: Driver; name?: string; signInId?: string }): string {
  return driver === 'page' ? 'by page' : `by name ${signInId} ${name}`
}

const statesJudged = (client: Client): string[] => (preventsUserExistenceErrors(client) ? accountStates : usableStates)

function claimedSignIn(ctx: Context, { responses, ...owner }: Owner & { responses: Responses }): string | undefined {
  try {
    return readClaim(ctx, owner, responses).signInId
  } catch {
    // It is refused for that later, once it is known that the session is one.
    return undefined
  }
}
