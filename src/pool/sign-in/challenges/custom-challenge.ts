import { createAuthChallenge, verifyAuthChallengeResponse } from '../../triggers/auth-challenges.ts'
import { personOf, requireAuthTrigger } from '../custom-auth.ts'
import { requireParameters } from '../flows.ts'
import type { Challenge, SignIn } from '../sign-in.ts'
import { simulatedSrp } from '../simulated-user.ts'

/**
 * A challenge of the pool's own triggers, which also judge the answer. They decide whether a wrong answer ends the
 * sign-in.
 */
export const customChallenge: Challenge = {
  // Triggers count wrong answers themselves: they see each answer, and never two of the same session.
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

/** Where people don't type usernames, an unknown name is shown as a username that looks like the others. */
function shownName(ctx: Parameters<Challenge['ask']>[0], { pool, user, state }: SignIn): string {
  if (user) return user.username
  return pool.settings.UsernameAttributes?.length ? simulatedSrp(ctx, pool, state.username).userId : state.username
}
