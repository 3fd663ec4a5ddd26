import type { StartWebAuthnRegistrationResponse } from '@aws-sdk/client-cognito-identity-provider'
import { NotAuthorized } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { startRegistration } from '../register.ts'

export const startWebAuthnRegistration: Handler<'StartWebAuthnRegistration'> = async (input, ctx) => {
  const owner = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })
  const options = await startRegistration(ctx, owner)
  return { CredentialCreationOptions: options as StartWebAuthnRegistrationResponse['CredentialCreationOptions'] }
}
