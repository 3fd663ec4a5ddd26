import { createAuthChallenge, verifyAuthChallengeResponse } from '../../triggers/auth-challenges.ts'
import { personOf, requireAuthTrigger } from '../custom-auth.ts'
import { requireParameters } from '../flows.ts'
import type { Challenge, SignIn } from '../sign-in.ts'
import { simulatedSrp } from '../simulated-user.ts'

/** A question of the pool's own functions, which judge the answer too. A wrong one is for them to refuse, or to ask again. */
export const customChallenge: Challenge = {
  // Only functions know how many are too many: each answer is theirs to see, and none of two at once.
  answers: 1,

  async ask(ctx, signIn) {
    requireAuthTrigger(signIn.pool, 'CreateAuthChallenge')
    const person = personOf(signIn)
    const question = await createAuthChallenge(ctx, person, signIn.history ?? [], signIn.clientMetadata)
    return {
      parameters: { USERNAME: shownName(ctx, signIn), ...question.publicParameters },
      remember: {
        privateParameters: JSON.stringify(question.privateParameters),
        metadata: JSON.stringify(question.metadata),
      },
    }
  },

  async verify(ctx, signIn, responses, remembered) {
    requireAuthTrigger(signIn.pool, 'VerifyAuthChallengeResponse')
    requireParameters(responses, ['ANSWER'])
    const asked = { privateParameters: JSON.parse(remembered.privateParameters!), answer: responses.ANSWER! }
    const challengeResult = await verifyAuthChallengeResponse(ctx, personOf(signIn), asked, signIn.clientMetadata)
    const challengeMetadata = JSON.parse(remembered.metadata!)
    return { result: { challengeName: 'CUSTOM_CHALLENGE', challengeResult, challengeMetadata } }
  },
}

/** Where usernames are not what is typed, a name that nobody has gets one that looks like the others. */
function shownName(ctx: Parameters<Challenge['ask']>[0], { pool, user, state }: SignIn): string {
  if (user) return user.username
  return pool.settings.UsernameAttributes?.length ? simulatedSrp(ctx, pool, state.username).userId : state.username
}
