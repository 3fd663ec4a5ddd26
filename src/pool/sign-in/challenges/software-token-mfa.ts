import { SoftwareTokenMFANotFound } from '../../../model/errors.ts'
import { checkTokenCode, useTokenCode } from '../../mfa/software-token.ts'
import { requireParameters } from '../flows.ts'
import { countedCode } from '../one-time-code.ts'
import type { Challenge } from '../sign-in.ts'

/** A code of the user's authenticator app. */
export const softwareTokenMfa: Challenge = {
  answers: 30,
  pageLifetime: 3 * 60,
  isShownToTriggers: true,

  ask: (_ctx, { user, mfa }) => ({
    parameters: { USER_ID_FOR_SRP: user!.username, FRIENDLY_DEVICE_NAME: mfa?.token?.name ?? '' },
  }),

  async verify(ctx, signIn, responses) {
    requireParameters(responses, ['SOFTWARE_TOKEN_MFA_CODE'])
    const user = signIn.user!
    const token = signIn.mfa?.token
    if (!token) throw new SoftwareTokenMFANotFound()

    let step: number | undefined
    const judge = async () => {
      step = await checkTokenCode(ctx, user, token, responses.SOFTWARE_TOKEN_MFA_CODE!)
      return step !== undefined
    }
    await countedCode(ctx, signIn, judge, 'Invalid code received for user')
    return {
      proves: 'otp',
      async write(trx) {
        await useTokenCode(trx, user, token, step!)
        return undefined
      },
    }
  },
}
