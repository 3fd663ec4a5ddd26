import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { startConfirmed, startSignIn } from '../machine.ts'
import { isRefresh, refresh } from '../refresh.ts'
import { stepAnswer } from '../step-answer.ts'

export const adminInitiateAuth: Handler<'AdminInitiateAuth'> = async (input, ctx) => {
  const owner = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const flow = input.AuthFlow!
  const parameters = input.AuthParameters ?? {}
  if (isRefresh(flow)) return refresh(ctx, owner, parameters)
  if (flow === 'USER_AUTH' && input.Session) {
    const given = { ...owner, session: input.Session, validationData: input.ClientMetadata }
    return stepAnswer(ctx, owner, await startConfirmed(ctx, { ...given, driver: 'admin' }))
  }

  const step = await startSignIn(ctx, {
    ...owner,
    flow,
    parameters,
    validationData: input.ClientMetadata,
    driver: 'admin',
  })
  return stepAnswer(ctx, owner, step)
}
