/**
 * Counts a guess at a password in the statement that reads the user, where no check comes between reading and judging:
 * a call that is refused before its password is checked must not count.
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
  // A name in the form of a sub needs a second statement to find the user.
  if (isUuid(unknownName)) return undefined
  // The migration trigger is asked first whether it knows the name, and its answer is counted there.
  const judgedStates = statesJudged(client).filter((state) => state !== noUser || !hasTrigger(pool, 'UserMigration'))
  return { ...passwordGuess(ctx), judgedStates, unknownSubject: subjectKey(ctx, pool.id, { unknownName }) }
}

/**
 * What a session stores for the password that will answer it: the subject of the count, and what an answer must contain
 * to be judged. These are the names that answers usually come with; other answers are counted later.
 */
export function guessToExpect(
  ctx: Context,
  signIn: SignIn,
  { names, signInId }: { names: string[]; signInId?: string },
): SignInState['guess'] {
  const { pool, user, state } = signIn
  // What was proven before may have expired meanwhile; and migrated users are counted elsewhere.
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

/** A page's answer has no username. */
function expectationOf({ driver, name, signInId = '' }: { driver: Driver; name?: string; signInId?: string }): string {
  return driver === 'page' ? 'by page' : `by name ${signInId} ${name}`
}

const statesJudged = (client: Client): string[] => (preventsUserExistenceErrors(client) ? accountStates : usableStates)

function claimedSignIn(ctx: Context, { responses, ...owner }: Owner & { responses: Responses }): string | undefined {
  try {
    return readClaim(ctx, owner, responses).signInId
  } catch {
    // It is refused for that later, once the session is known to exist.
    return undefined
  }
}
