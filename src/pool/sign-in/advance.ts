import type { Context } from '../../context.ts'
import { postAuthentication } from '../triggers/post-authentication.ts'
import { lastSignOut } from '../users/user.ts'
import { type ChallengeName, challengeNamed } from './challenges/index.ts'
import { direct, noteAnswer } from './custom-auth.ts'
import { verifyAnswer } from './observe-sign-in.ts'
import { nextChallenge } from './requirements.ts'
import { newSession } from './session.ts'
import { settle } from './settle.ts'
import type { Remembered, Responses, SignIn, Step, TokenSource, Verdict } from './sign-in.ts'
import { deviceWrite } from './trusted-device.ts'
import { writeStep } from './write-step.ts'

export interface Answered {
  write: Verdict['write']
  /** The session to consume, unless a right password is to end it later. */
  session: string | undefined
}

/** Goes on until there is a challenge to ask, or nothing left. Everything that a step changes is written at once. */
export async function advance(
  ctx: Context,
  arrived: SignIn,
  early: Responses,
  answered?: Answered,
  remembered: Remembered = {},
): Promise<Step> {
  let signIn = await direct(ctx, arrived)
  const writes = [answered?.write]
  let name = nextChallenge(signIn)
  while (name && isAnsweredEarly(name, early)) {
    const verdict = await verifyAnswer(ctx, signIn, name, { responses: early, remembered })
    writes.push(verdict.write)
    signIn = await direct(ctx, take(ctx, signIn, name, verdict))
    name = nextChallenge(signIn)
  }

  if (name) {
    const question = await challengeNamed(name).ask(ctx, signIn)
    await settle(ctx, signIn.unsettled)
    const written = [...writes, question.write]
    const isFirst = !answered && written.every((write) => write === undefined)
    const { session, parameters, insert } = newSession(ctx, signIn, name, question, { isFirst })
    await writeStep(ctx, signIn, { consumed: answered?.session, writes: written, insert })
    const { availableChallenges } = question
    return { kind: 'challenge', name, parameters, session, availableChallenges }
  }

  writes.push(deviceWrite(ctx, signIn))
  const { state, unsettled } = signIn
  // The statement that issues tokens settles the rest, where tokens follow at once and nothing is written before.
  const tokensFollow = state.driver !== 'page' && !answered?.session && writes.every((write) => write === undefined)
  if (!tokensFollow) await settle(ctx, unsettled)
  const changed = await writeStep(ctx, signIn, { consumed: answered?.session, writes })
  const user = changed ?? signIn.user
  // A name without a user proves nothing, so this is a defect.
  if (!user || !state.proven) throw new Error('A sign-in ended without a user or without proof')
  // An app gets the tokens of a page's sign-in by a later call; for the page it ends here.
  if (state.driver === 'page') await postAuthentication(ctx, { ...signIn, user })
  const { proven, deviceKey } = state
  return { kind: 'done', user, groups: signIn.groups, proven, source: tokenSource(state), deviceKey, ...unsettled }
}

function tokenSource({ newPassword, deviceProven }: SignIn['state']): TokenSource {
  if (newPassword) return 'TokenGeneration_NewPasswordChallenge'
  return deviceProven ? 'TokenGeneration_AuthenticateDevice' : 'TokenGeneration_Authentication'
}

export function isAnsweredEarly(name: ChallengeName, early: Responses): boolean {
  const { answeredEarlyBy } = challengeNamed(name)
  return answeredEarlyBy !== undefined && early[answeredEarlyBy] !== undefined
}

/** The sign-in with what an answer has proven. */
export function take(ctx: Context, signIn: SignIn, name: ChallengeName, verdict: Verdict): SignIn {
  const { proves, state, user } = verdict
  const at = ctx.clock.now().getTime()
  const before = signIn.state.proven ?? { at, factors: [] }
  const proven = proves ? { ...before, factors: [...before.factors, { name: proves, at }] } : signIn.state.proven
  const signedOutAt = lastSignOut(signIn.user ?? user ?? { tokensValidFrom: null })
  const since = signIn.state.proven ? signIn.state.lastSignOut : signedOutAt || undefined
  const firstAgain = proves ? undefined : signIn.state.firstAgain
  const next = {
    ...signIn,
    user: user ?? signIn.user,
    state: { ...signIn.state, firstAgain, ...state, proven, lastSignOut: since },
  }
  return noteAnswer(next, name, verdict)
}
