import type { Step } from '../../pool/sign-in/sign-in.ts'
import type { Answer } from '../visit.ts'

/** Where a sign-in goes from here: to the app, or to the page of its next challenge. */
export function afterStep(step: Step): Answer {
  if (step.kind === 'done') return { finish: { user: step.user, proven: step.proven } }
  return { go: 'challenge', state: { session: step.session } }
}
