import type { Context } from '../../context.ts'
import { forgetGuesses } from '../attempts/attempt-store.ts'
import { takingTurns } from '../attempts/lock-out.ts'
import type { Pool } from '../pools/pool.ts'
import { type Settlement, sessionUsed } from '../tokens/settlement.ts'
import { loginName } from '../users/user.ts'
import type { Responses } from './sign-in.ts'
import { consumeProven } from './sign-in-store.ts'

/**
 * Ends what a right password ends, in a statement of its own; for a sign-in that does not come to tokens at once.
 * Where it does, the statement that issues them ends it.
 * @throws NotAuthorizedException where another answer has used the session
 */
export async function settle(ctx: Context, settles: Settlement | undefined): Promise<void> {
  if (!settles) return
  const { guesses, session } = settles
  if (!session) await forgetGuesses(ctx.db, guesses, { flush: false })
  else if (!(await consumeProven(ctx.db, session, guesses, ctx.clock.now()))) throw sessionUsed()
}

/** Sign-ins with the password of one name, a few at a time, until the count of guesses is settled. */
export function passwordInTurn<T>(ctx: Context, pool: Pool, responses: Responses, task: () => Promise<T>): Promise<T> {
  const { USERNAME, PASSWORD, PASSWORD_CLAIM_SIGNATURE } = responses
  if (!USERNAME || (PASSWORD ?? PASSWORD_CLAIM_SIGNATURE) === undefined) return task()
  return takingTurns(ctx, [pool.id, loginName(pool, USERNAME)], task)
}
