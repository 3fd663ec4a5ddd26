import { InvalidParameter } from '../../../model/errors.ts'
import { seenByApp } from '../../auth-events/event-context.ts'
import { requireClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { answerChallenge } from '../machine.ts'
import { stepAnswer } from '../step-answer.ts'

export const respondToAuthChallenge: Handler<'RespondToAuthChallenge'> = async (input, ctx) => {
  const owner = { ...(await requireClient(ctx, input.ClientId!)), clientMetadata: input.ClientMetadata }
  if (input.ChallengeName === 'ADMIN_NO_SRP_AUTH')
    throw new InvalidParameter('ADMIN_NO_SRP_AUTH can be answered by AdminRespondToAuthChallenge alone.')
  const seen = seenByApp(ctx, owner.client, input.UserContextData)

  const step = await answerChallenge(seen, {
    ...owner,
    challengeName: input.ChallengeName!,
    responses: input.ChallengeResponses ?? {},
    session: input.Session,
    driver: 'api',
  })
  return stepAnswer(seen, owner, step)
}
