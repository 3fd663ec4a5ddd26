import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { startSignIn } from '../machine.ts'
import { isRefresh, refresh } from '../refresh.ts'
import { stepAnswer } from '../step-answer.ts'

export const adminInitiateAuth: Handler<'AdminInitiateAuth'> = async (input, ctx) => {
  const owner = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const flow = input.AuthFlow!
  const parameters = input.AuthParameters ?? {}
  if (isRefresh(flow)) return refresh(ctx, owner, parameters)

  const step = await startSignIn(ctx, {
    ...owner,
    flow,
    parameters,
    validationData: input.ClientMetadata,
    driver: 'admin',
  })
  return stepAnswer(ctx, owner, step)
}
