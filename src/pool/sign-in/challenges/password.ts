import { passwordMatches, preparePassword, storePassword } from '../../passwords/password.ts'
import { guessToExpect } from '../early-guess.ts'
import { requireParameters } from '../flows.ts'
import { provePassword } from '../prove-password.ts'
import { settle } from '../settle.ts'
import type { Challenge } from '../sign-in.ts'

/** The plain password, as the plain flows send it with their first call. */
export const password: Challenge = {
  answers: 10,
  answeredEarlyBy: 'PASSWORD',

  ask(ctx, signIn) {
    const names = [signIn.state.username, signIn.user?.username ?? signIn.state.username]
    return { parameters: {}, guess: guessToExpect(ctx, signIn, { names }) }
  },

  async verify(ctx, signIn, responses) {
    requireParameters(responses, ['PASSWORD'])
    const given = responses.PASSWORD!
    const verdict = await provePassword(ctx, signIn, () => passwordMatches(signIn.password, given))
    const { pool, user, password } = signIn
    if (!user || !password || password.srpSealed) return verdict
    // Imported as another system's hash: now that the password is known, it is kept as ours are, and SRP works with it.
    const prepared = await preparePassword(ctx, pool, user, given).catch(async (error) => {
      await settle(ctx, verdict.settles)
      throw error
    })
    return {
      ...verdict,
      async write(trx) {
        await storePassword(trx, pool.id, user.id, { ...prepared, remember: 0 }, password.setAt)
        return undefined
      },
    }
  },
}
