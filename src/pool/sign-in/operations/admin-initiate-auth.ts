import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { startSignIn } from '../machine.ts'
import { isRefresh, refresh } from '../refresh.ts'
import { stepAnswer } from '../step-answer.ts'

export const adminInitiateAuth: Handler<'AdminInitiateAuth'> = async (input, ctx) => {
  const found = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const owner = { ...found, clientMetadata: input.ClientMetadata }
  const flow = input.AuthFlow!
  const parameters = input.AuthParameters ?? {}
  if (isRefresh(flow)) return refresh(ctx, owner, parameters)

  const step = await startSignIn(ctx, { ...owner, flow, parameters, driver: 'admin' })
  return stepAnswer(ctx, owner, step)
}
