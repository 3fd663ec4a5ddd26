import { seenByServer } from '../../auth-events/event-context.ts'
import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { answerChallenge } from '../machine.ts'
import { stepAnswer } from '../step-answer.ts'

export const adminRespondToAuthChallenge: Handler<'AdminRespondToAuthChallenge'> = async (input, ctx) => {
  const found = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const owner = { ...found, clientMetadata: input.ClientMetadata }
  const seen = seenByServer(ctx, input.ContextData)

  const step = await answerChallenge(seen, {
    ...owner,
    challengeName: input.ChallengeName!,
    responses: input.ChallengeResponses ?? {},
    session: input.Session,
    driver: 'admin',
  })
  return stepAnswer(seen, owner, step)
}
