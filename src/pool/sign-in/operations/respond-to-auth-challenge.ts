import { InvalidParameter } from '../../../model/errors.ts'
import { withClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByApp } from '../../threat-protection/event-context.ts'
import { answerChallenge } from '../machine.ts'
import { passwordInTurn } from '../settle.ts'
import { stepAnswer } from '../step-answer.ts'

export const respondToAuthChallenge: Handler<'RespondToAuthChallenge'> = (input, ctx) =>
  withClient(ctx, input.ClientId!, async (remembered) => {
    if (input.ChallengeName === 'ADMIN_NO_SRP_AUTH')
      throw new InvalidParameter('ADMIN_NO_SRP_AUTH can be answered by AdminRespondToAuthChallenge alone.')
    const owner = { ...remembered, clientMetadata: input.ClientMetadata }
    const seen = seenByApp(ctx, owner.client, input.UserContextData)

    const responses = input.ChallengeResponses ?? {}
    const given = { ...owner, challengeName: input.ChallengeName!, responses, session: input.Session }
    return passwordInTurn(ctx, owner.pool, responses, async () =>
      stepAnswer(seen, owner, await answerChallenge(seen, { ...given, driver: 'api' })),
    )
  })
