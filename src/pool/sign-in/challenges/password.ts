import { passwordMatches } from '../../passwords/password.ts'
import { requireParameters } from '../flows.ts'
import { provePassword } from '../prove-password.ts'
import type { Challenge } from '../sign-in.ts'

/** The plain password, as the plain flows send it with their first call. */
export const password: Challenge = {
  answers: 10,
  answeredEarlyBy: 'PASSWORD',

  ask: () => ({ parameters: {} }),

  verify(ctx, signIn, responses) {
    requireParameters(responses, ['PASSWORD'])
    return provePassword(ctx, signIn, () => passwordMatches(signIn.password, responses.PASSWORD!))
  },
}
