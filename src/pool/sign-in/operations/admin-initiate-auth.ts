import { assumeClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByServer } from '../../threat-protection/event-context.ts'
import { initiate } from '../call.ts'

export const adminInitiateAuth: Handler<'AdminInitiateAuth'> = async (input, ctx) => {
  const owner = await assumeClient(ctx, input.ClientId!, input.UserPoolId)
  return initiate(seenByServer(ctx, input.ContextData), owner, 'admin', input)
}
