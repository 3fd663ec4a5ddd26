import type { Context } from '../../../context.ts'
import { srpHex, srpSignatureMatches } from '../../../lib/srp.ts'
import { srpServerKeyAside, startSrpAside } from '../../../lib/srp-powers.ts'
import { openSrpVerifier, srpPoolName } from '../../passwords/password.ts'
import { doWork } from '../../pools/do-work.ts'
import { guessToExpect } from '../early-guess.ts'
import { provePassword } from '../prove-password.ts'
import { requireClaim } from '../secret-block.ts'
import type { Challenge, SignIn } from '../sign-in.ts'
import { simulatedSrp } from '../simulated-user.ts'

/**
 * The client proves that it knows the password without sending it. Where there is no password, the same computation is
 * done with a verifier of nobody.
 */
export const passwordVerifier: Challenge = {
  answers: 3,
  isFoundByBlock: true,
  isShownToTriggers: true,
  lifetime: 60,

  async ask(ctx, signIn) {
    const { userId, salt, verifier } = srpOf(ctx, signIn)
    const { B, b } = await doWork(ctx, signIn.pool, (owner) => startSrpAside(owner, verifier))
    return {
      parameters: {
        USERNAME: userId,
        USER_ID_FOR_SRP: userId,
        SRP_B: B,
        SALT: srpHex(salt),
      },
      remember: { A: asBase64(signIn.state.srpA!), B: asBase64(B), b: b.toString('base64') },
      state: {
        srpA: undefined,
        guess: guessToExpect(ctx, signIn, { names: [signIn.state.username, userId], signInId: signIn.id }),
      },
    }
  },

  async verify(ctx, signIn, responses, remembered) {
    const { signature, secretBlock, timestamp } = requireClaim(ctx, signIn, responses)
    const judge = async () => {
      const { userId, verifier } = srpOf(ctx, signIn)
      const { A, B, b } = remembered as { A: string; B: string; b: string }
      const exchange = { A: asHex(A), B: asHex(B), b: Buffer.from(b, 'base64'), verifier }
      const key = await doWork(ctx, signIn.pool, (owner) => srpServerKeyAside(owner, exchange))
      const block = { poolName: srpPoolName(signIn.pool.id), userId, secretBlock, timestamp }
      return key !== undefined && srpSignatureMatches(signature, { ...block, key })
    }
    // Where the device is not the user's, the answer says so, and the session stays open for another answer without it.
    const session = signIn.deviceUnknown ? undefined : signIn.id
    const verdict = await provePassword(ctx, signIn, judge, session)
    return { ...verdict, state: { ...verdict.state, srpA: undefined } }
  },
}

// Numbers, so that a leading zero does no harm.
const asBase64 = (hex: string): string => Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64')
const asHex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

/** Either way costs about the same: opening what is sealed, or deriving what is simulated. */
function srpOf(ctx: Context, { pool, user, password, state }: SignIn) {
  const real = user && password && openSrpVerifier(ctx, pool, user, password)
  if (real) return { userId: user.username, ...real }
  const simulated = simulatedSrp(ctx, pool, state.username)
  return user ? { ...simulated, userId: user.username } : simulated
}
