import { requireClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { startSignIn } from '../machine.ts'
import { isRefresh, refresh } from '../refresh.ts'
import { stepAnswer } from '../step-answer.ts'

export const initiateAuth: Handler<'InitiateAuth'> = async (input, ctx) => {
  const owner = { ...(await requireClient(ctx, input.ClientId!)), clientMetadata: input.ClientMetadata }
  const flow = input.AuthFlow!
  const parameters = input.AuthParameters ?? {}
  if (isRefresh(flow)) return refresh(ctx, owner, parameters)

  const step = await startSignIn(ctx, { ...owner, flow, parameters, driver: 'api' })
  return stepAnswer(ctx, owner, step)
}
