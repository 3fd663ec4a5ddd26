import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { authFactorsView } from '../auth-factors-view.ts'

export const getUserAuthFactors: Handler<'GetUserAuthFactors'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  return authFactorsView(ctx, { pool, user })
}
