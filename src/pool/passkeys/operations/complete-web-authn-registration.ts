import { NotAuthorized } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { completeRegistration } from '../register.ts'

export const completeWebAuthnRegistration: Handler<'CompleteWebAuthnRegistration'> = async (input, ctx) => {
  const owner = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })
  await completeRegistration(ctx, owner, input.Credential)
  return {}
}
