import type { InitiateAuthRequest } from '@aws-sdk/client-cognito-identity-provider'
import type { RequestContext } from '../../../context.ts'
import { type RememberedOwner, requireClient, withClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByApp } from '../../threat-protection/event-context.ts'
import { startConfirmed, startSignIn } from '../machine.ts'
import { isRefresh, refresh } from '../refresh.ts'
import { passwordInTurn } from '../settle.ts'
import { stepAnswer } from '../step-answer.ts'

export const initiateAuth: Handler<'InitiateAuth'> = async (input, ctx) => {
  const clientId = input.ClientId!
  const continues = input.AuthFlow === 'USER_AUTH' && input.Session
  if (!isRefresh(input.AuthFlow!) && !continues) return withClient(ctx, clientId, (owner) => start(ctx, owner, input))

  const owner = await requireClient(ctx, clientId)
  const seen = seenByApp(ctx, owner.client, input.UserContextData)
  if (!continues) return refresh(seen, owner, input.AuthParameters ?? {})
  const given = { ...owner, session: input.Session!, validationData: input.ClientMetadata }
  return stepAnswer(seen, owner, await startConfirmed(seen, { ...given, driver: 'api' }))
}

async function start(ctx: RequestContext, owner: RememberedOwner, input: InitiateAuthRequest) {
  const seen = seenByApp(ctx, owner.client, input.UserContextData)
  // Only the functions that run before the sign-in are given the metadata of this call.
  const parameters = input.AuthParameters ?? {}
  const given = { ...owner, flow: input.AuthFlow!, parameters, validationData: input.ClientMetadata }
  return passwordInTurn(ctx, owner.pool, parameters, async () =>
    stepAnswer(seen, owner, await startSignIn(seen, { ...given, driver: 'api' })),
  )
}
