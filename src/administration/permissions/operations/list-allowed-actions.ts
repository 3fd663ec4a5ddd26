import { findPool } from '../../../pool/pools/pool.ts'
import { isAllowed } from '../../authorize.ts'
import type { OwnHandler } from '../../handler.ts'

/**
 * For programs that offer only permitted actions. Conditions on tags in a request are judged as if it had none, since
 * they are unknown before the call.
 */
export const listAllowedActions: OwnHandler<'ListAllowedActions'> = async (input, ctx) => {
  const { UserPoolId } = input
  const pool = UserPoolId === undefined ? undefined : await findPool(ctx, UserPoolId)
  const { isOfOperators, settings } = pool ?? {}
  const found = { principal: ctx.principal!, poolTags: settings?.UserPoolTags, isOfOperators }
  const { region = ctx.config.region, clientAddress } = ctx
  const mayCall = (action: string) => isAllowed(ctx, found, { action, input: { UserPoolId }, region, clientAddress })
  return { AllowedActions: input.Actions.filter(mayCall) }
}
