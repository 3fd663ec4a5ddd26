import { findPool } from '../../../pool/pools/pool.ts'
import { verdictOn } from '../../authorize.ts'
import type { OwnHandler } from '../../handler.ts'

/**
 * For programs that offer only what the caller may do. What a policy says of tags in the call can't be known before the
 * call: there are none here.
 */
export const listAllowedActions: OwnHandler<'ListAllowedActions'> = async (input, ctx) => {
  const { UserPoolId } = input
  const pool = UserPoolId === undefined ? undefined : await findPool(ctx, UserPoolId)
  const found = { principal: ctx.principal!, poolTags: pool?.settings.UserPoolTags }
  const { region = ctx.config.region, clientAddress } = ctx
  const isAllowed = (action: string) =>
    verdictOn(ctx, found, { action, input: { UserPoolId }, region, clientAddress }) === 'allowed'
  return { AllowedActions: input.Actions.filter(isAllowed) }
}
