import { assumeClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByServer } from '../../threat-protection/event-context.ts'
import { respond } from '../call.ts'

export const adminRespondToAuthChallenge: Handler<'AdminRespondToAuthChallenge'> = async (input, ctx) => {
  const owner = await assumeClient(ctx, input.ClientId!, input.UserPoolId)
  return respond(seenByServer(ctx, input.ContextData), owner, 'admin', input)
}
