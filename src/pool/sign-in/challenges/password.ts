import { passwordMatches, preparePassword, storePassword } from '../../passwords/password.ts'
import { guessToExpect } from '../early-guess.ts'
import { hasPassword } from '../first-factor-rules.ts'
import { requireParameters } from '../flows.ts'
import { provePassword } from '../prove-password.ts'
import type { Challenge } from '../sign-in.ts'

/** The plain password, as the plain flows send it with their first call. */
export const password: Challenge = {
  answers: 10,
  isOffered: hasPassword,
  answeredEarlyBy: 'PASSWORD',

  ask(ctx, signIn) {
    const names = [signIn.state.username, signIn.user?.username ?? signIn.state.username]
    return { parameters: {}, state: { guess: guessToExpect(ctx, signIn, { names }) } }
  },

  async verify(ctx, signIn, responses) {
    requireParameters(responses, ['PASSWORD'])
    const typed = responses.PASSWORD!
    const verdict = await provePassword(ctx, signIn, () => passwordMatches(ctx, signIn.pool, signIn.password, typed))
    const { pool, user, password } = signIn
    if (!user || !password || password.srpSealed) return verdict
    // The password was imported as another system's hash. Now that it is known it is stored like others, and works with
    // SRP.
    const prepared = await preparePassword(ctx, pool, user, typed)
    return {
      ...verdict,
      async write(trx) {
        await storePassword(trx, pool.id, user.id, { ...prepared, remember: 0 }, password.setAt)
        return undefined
      },
    }
  },
}
