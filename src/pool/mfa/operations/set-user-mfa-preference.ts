import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { setPreferences } from '../preferences.ts'

export const setUserMFAPreference: Handler<'SetUserMFAPreference'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  await setPreferences(ctx, pool, user, input, 'user')
  return {}
}
