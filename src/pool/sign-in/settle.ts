import type { Context } from '../../context.ts'
import { forgetGuesses } from '../attempts/attempt-store.ts'
import { queueGuess } from '../attempts/lock-out.ts'
import type { Pool } from '../pools/pool.ts'
import { sessionUsed } from '../tokens/settlement.ts'
import { loginName } from '../users/user.ts'
import type { Responses, SignIn, Unsettled } from './sign-in.ts'
import { consumeProven } from './sign-in-store.ts'

/**
 * A right password clears the count of guesses, and consumes the session that it answered. The statement that issues
 * tokens does both; `settle` does so where a sign-in ends otherwise, and `settling` where it fails after the password.
 */
export async function settling<T>(ctx: Context, { unsettled }: SignIn, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    await settle(ctx, unsettled).catch(() => {})
    throw error
  }
}

/** @throws NotAuthorizedException where another answer has used the session */
export async function settle(ctx: Context, unsettled: Unsettled): Promise<void> {
  const { settles } = unsettled
  unsettled.settles = undefined
  if (!settles) return
  const { guesses, session } = settles
  if (!session) await forgetGuesses(ctx.db, guesses, { flush: false })
  else if (!(await consumeProven(ctx.db, session, guesses, ctx.clock.now()))) throw sessionUsed()
}

/** Limits parallel sign-ins with a password per name, until the count of guesses is settled. */
export function queuePassword<T>(ctx: Context, pool: Pool, responses: Responses, task: () => Promise<T>): Promise<T> {
  const { USERNAME, PASSWORD, PASSWORD_CLAIM_SIGNATURE } = responses
  if (!USERNAME || (PASSWORD ?? PASSWORD_CLAIM_SIGNATURE) === undefined) return task()
  return queueGuess(ctx, [pool.id, loginName(pool, USERNAME)], task)
}
