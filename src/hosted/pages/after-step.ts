import { answerChallenge } from '../../pool/sign-in/machine.ts'
import type { Step } from '../../pool/sign-in/sign-in.ts'
import { shownFactors } from '../challenges/select-challenge.ts'
import type { Answer, Visit } from '../visit.ts'

/** Where a sign-in goes from here: to the app, or to the page of its next challenge. Nobody is asked where there is no choice. */
export async function afterStep({ ctx, pool, client, state }: Visit, step: Step): Promise<Answer> {
  if (step.kind === 'done') return { finish: { user: step.user, proven: step.proven } }
  const { session } = step
  if (step.name !== 'SELECT_CHALLENGE') {
    return { go: 'challenge', state: { session, anotherWay: state.anotherWay } }
  }
  const factors = shownFactors(step.availableChallenges ?? [])
  const [only] = factors
  if (factors.length !== 1) return { go: 'challenge', state: { session, anotherWay: true } }
  const answer = { challengeName: step.name, responses: { ANSWER: only! }, driver: 'page' as const }
  const next = await answerChallenge(ctx, { pool, client, session, ...answer })
  return next.kind === 'done'
    ? { finish: { user: next.user, proven: next.proven } }
    : { go: 'challenge', state: { session: next.session } }
}
