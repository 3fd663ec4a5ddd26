import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { answerChallenge } from '../machine.ts'
import { stepAnswer } from '../step-answer.ts'

export const adminRespondToAuthChallenge: Handler<'AdminRespondToAuthChallenge'> = async (input, ctx) => {
  const found = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const owner = { ...found, clientMetadata: input.ClientMetadata }

  const step = await answerChallenge(ctx, {
    ...owner,
    challengeName: input.ChallengeName!,
    responses: input.ChallengeResponses ?? {},
    session: input.Session,
    driver: 'admin',
  })
  return stepAnswer(ctx, owner, step)
}
