import { InvalidParameter } from '../../../model/errors.ts'
import { offeredFactors } from '../first-factors.ts'
import { requireParameters } from '../flows.ts'
import type { Challenge } from '../sign-in.ts'

/** The user chooses how to begin. */
export const selectChallenge: Challenge = {
  answers: 10,

  ask: (ctx, signIn) => ({ parameters: {}, availableChallenges: offeredFactors(ctx, signIn) }),

  verify(ctx, signIn, responses) {
    requireParameters(responses, ['ANSWER'])
    const first = offeredFactors(ctx, signIn).find((name) => name === responses.ANSWER)
    if (!first) throw new InvalidParameter('Selected challenge is not available.')
    return { state: { first } }
  },
}
