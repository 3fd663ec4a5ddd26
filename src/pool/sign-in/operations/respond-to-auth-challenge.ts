import { InvalidParameter } from '../../../model/errors.ts'
import { assumeClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByApp } from '../../threat-protection/event-context.ts'
import { respond } from '../call.ts'

export const respondToAuthChallenge: Handler<'RespondToAuthChallenge'> = async (input, ctx) => {
  const owner = await assumeClient(ctx, input.ClientId!)
  if (input.ChallengeName === 'ADMIN_NO_SRP_AUTH')
    throw new InvalidParameter('ADMIN_NO_SRP_AUTH can be answered by AdminRespondToAuthChallenge alone.')
  return respond(seenByApp(ctx, owner.client, input.UserContextData), owner, 'api', input)
}
