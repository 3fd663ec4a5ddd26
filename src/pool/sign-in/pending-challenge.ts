import type { Context } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import type { Client } from '../clients/client.ts'
import type { Owner } from '../clients/owner.ts'
import type { Pool } from '../pools/pool.ts'
import { advance } from './advance.ts'
import type { ChallengeName } from './challenges/index.ts'
import { resume } from './resume.ts'
import { claimAnswer, newSession, peekSession } from './session.ts'
import { invalidSession } from './session-errors.ts'
import type { Driver, Remembered, SignIn, Step, Verdict } from './sign-in.ts'
import { writeStep } from './write-step.ts'

/**
 * The same challenge under a new session, with more known: for steps beside a challenge, before its answer. @throws
 * NotAuthorizedException where there is no such session, or it is at another challenge
 */
export async function renewChallenge(
  ctx: Context,
  input: { pool: Pool; client: Client; challengeName: ChallengeName; session: string },
  change: (
    signIn: SignIn,
    remembered: Remembered,
  ) => Promise<Pick<Verdict, 'state' | 'write'> & { remember?: Remembered }>,
): Promise<string> {
  const { challengeName } = input
  const session = await claimAnswer(ctx, input, challengeName, input.session, {})
  const signIn = await resume(ctx, { ...input, driver: 'api' }, session)
  const { state, write, remember } = await change(signIn, session.secrets.remembered)
  const next = { ...signIn, id: uuidv7(ctx.clock.now()), state: { ...signIn.state, ...state } }
  const renewed = newSession(ctx, next, challengeName, { ...session.secrets, remember })
  await writeStep(ctx, next, { consumed: session.id, writes: [write], insert: renewed.insert })
  return renewed.session
}

/** Asks once more, with a new code where one is sent, under a new session. @throws as `answerChallenge` */
export async function askAgain(ctx: Context, input: Owner & { driver: Driver; session: string }): Promise<Step> {
  const session = await peekSession(ctx, input, input.session)
  if (!session) throw invalidSession()
  const signIn = await resume(ctx, input, session)
  return advance(ctx, { ...signIn, id: uuidv7(ctx.clock.now()) }, {}, { write: undefined, session: session.id })
}

/** What a page needs to show a challenge that awaits its answer; undefined when the session is over. */
export async function currentChallenge(
  ctx: Context,
  { pool, client, session }: { pool: Pool; client: Client; session: string },
): Promise<
  | { name: ChallengeName; username: string; parameters: Record<string, string>; availableChallenges?: string[] }
  | undefined
> {
  const found = await peekSession(ctx, { pool, client }, session)
  if (found?.state.driver !== 'page') return undefined
  const { parameters, availableChallenges } = found.secrets
  return { name: found.challenge, username: found.state.username, parameters, availableChallenges }
}
