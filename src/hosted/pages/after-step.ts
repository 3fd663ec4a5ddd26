import { answerChallenge } from '../../pool/sign-in/machine.ts'
import type { Step } from '../../pool/sign-in/sign-in.ts'
import { shownFactors } from '../challenges/select-challenge.ts'
import type { Answer, Visit } from '../visit.ts'
import { offersPasskeys } from './add-passkey.ts'

/**
 * Where a sign-in continues: at the app, or on the page of its next challenge. If only one factor is offered, it is
 * chosen for the user.
 */
export async function afterStep(visit: Visit, step: Step): Promise<Answer> {
  const { ctx, pool, client, managed, state } = visit
  const { anotherWay, isNew } = state
  if (step.kind === 'done') {
    const { user, proven } = step
    if (!isNew || !offersPasskeys(ctx, pool, managed)) return { finish: { user, proven } }
    return { go: 'addPasskey', state: { done: { userId: user.id, proven } } }
  }

  const { session } = step
  if (step.name !== 'SELECT_CHALLENGE') return { go: 'challenge', state: { session, anotherWay, isNew } }
  const [only, ...others] = shownFactors(step.availableChallenges ?? [])
  if (!only || others.length > 0) return { go: 'challenge', state: { session, anotherWay: true, isNew } }
  const answer = { challengeName: step.name, responses: { ANSWER: only }, driver: 'page' as const }
  return afterStep(visit, await answerChallenge(ctx, { pool, client, session, ...answer }))
}
