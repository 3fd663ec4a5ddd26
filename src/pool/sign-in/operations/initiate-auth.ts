import { seenByApp } from '../../auth-events/event-context.ts'
import { requireClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { startConfirmed, startSignIn } from '../machine.ts'
import { isRefresh, refresh } from '../refresh.ts'
import { stepAnswer } from '../step-answer.ts'

export const initiateAuth: Handler<'InitiateAuth'> = async (input, ctx) => {
  const owner = await requireClient(ctx, input.ClientId!)
  const seen = seenByApp(ctx, owner.client, input.UserContextData)
  const flow = input.AuthFlow!
  const parameters = input.AuthParameters ?? {}
  if (isRefresh(flow)) return refresh(seen, owner, parameters)
  if (flow === 'USER_AUTH' && input.Session) {
    const given = { ...owner, session: input.Session, validationData: input.ClientMetadata }
    return stepAnswer(seen, owner, await startConfirmed(seen, { ...given, driver: 'api' }))
  }

  // Only the functions that run before the sign-in are given the metadata of this call.
  const step = await startSignIn(seen, {
    ...owner,
    flow,
    parameters,
    validationData: input.ClientMetadata,
    driver: 'api',
  })
  return stepAnswer(seen, owner, step)
}
