import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { seenByServer } from '../../threat-protection/event-context.ts'
import { startConfirmed, startSignIn } from '../machine.ts'
import { isRefresh, refresh } from '../refresh.ts'
import { passwordInTurn } from '../settle.ts'
import { stepAnswer } from '../step-answer.ts'

export const adminInitiateAuth: Handler<'AdminInitiateAuth'> = async (input, ctx) => {
  const owner = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const seen = seenByServer(ctx, input.ContextData)
  const flow = input.AuthFlow!
  const parameters = input.AuthParameters ?? {}
  if (isRefresh(flow)) return refresh(seen, owner, parameters)
  if (flow === 'USER_AUTH' && input.Session) {
    const given = { ...owner, session: input.Session, validationData: input.ClientMetadata }
    return stepAnswer(seen, owner, await startConfirmed(seen, { ...given, driver: 'admin' }))
  }

  const given = { ...owner, flow, parameters, validationData: input.ClientMetadata }
  return passwordInTurn(ctx, owner.pool, parameters, async () =>
    stepAnswer(seen, owner, await startSignIn(seen, { ...given, driver: 'admin' })),
  )
}
