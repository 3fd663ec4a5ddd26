import { assumeClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByApp } from '../../threat-protection/event-context.ts'
import { initiate } from '../call.ts'

export const initiateAuth: Handler<'InitiateAuth'> = async (input, ctx) => {
  const owner = await assumeClient(ctx, input.ClientId!)
  return initiate(seenByApp(ctx, owner.client, input.UserContextData), owner, 'api', input)
}
