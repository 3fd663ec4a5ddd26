import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { setMfaOptions } from '../preferences.ts'

export const setUserSettings: Handler<'SetUserSettings'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  await setMfaOptions(ctx, pool, user, input.MFAOptions, 'user')
  return {}
}
