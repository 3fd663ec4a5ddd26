import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByServer } from '../../threat-protection/event-context.ts'
import { answerChallenge } from '../machine.ts'
import { passwordInTurn } from '../settle.ts'
import { stepAnswer } from '../step-answer.ts'

export const adminRespondToAuthChallenge: Handler<'AdminRespondToAuthChallenge'> = async (input, ctx) => {
  const found = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const owner = { ...found, clientMetadata: input.ClientMetadata }
  const seen = seenByServer(ctx, input.ContextData)

  const responses = input.ChallengeResponses ?? {}
  const given = { ...owner, challengeName: input.ChallengeName!, responses, session: input.Session }
  return passwordInTurn(ctx, owner.pool, responses, async () =>
    stepAnswer(seen, owner, await answerChallenge(seen, { ...given, driver: 'admin' })),
  )
}
