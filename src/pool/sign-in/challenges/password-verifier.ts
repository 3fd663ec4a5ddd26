import { SealBroken } from '../../../lib/seal.ts'
import { srpHex, srpServerKey, srpSignatureMatches, startSrp } from '../../../lib/srp.ts'
import { parseSrpTimestamp } from '../../../lib/srp-timestamp.ts'
import { InvalidParameter, NotAuthorized } from '../../../model/errors.ts'
import { openSrpVerifier, srpPoolName } from '../../passwords/password.ts'
import { requireParameters } from '../flows.ts'
import { provePassword } from '../prove-password.ts'
import type { Challenge, SignIn } from '../sign-in.ts'
import { simulatedSrp } from '../simulated-user.ts'

/** How far a client's clock may be off, in milliseconds. */
const tolerance = 15 * 60_000

/**
 * The client proves that it knows the password, without having sent it. Where there is no password, the same numbers are
 * worked out with a verifier that belongs to nobody.
 */
export const passwordVerifier: Challenge = {
  answers: 3,
  lifetime: 60,

  findSignIn: (ctx, owner, responses) => openSecretBlock(ctx, owner, responses.PASSWORD_CLAIM_SECRET_BLOCK),

  ask(ctx, signIn) {
    const { userId, salt, verifier } = srpOf(ctx, signIn)
    const { B, b } = startSrp(verifier)
    const secretBlock = ctx.keyring.seal(signIn.id, secretBlockPlace(signIn))
    return {
      parameters: {
        USERNAME: userId,
        USER_ID_FOR_SRP: userId,
        SRP_B: B,
        SALT: srpHex(salt),
        SECRET_BLOCK: secretBlock.toString('base64'),
      },
      remember: { A: signIn.state.srpA!, B, b: b.toString('hex') },
    }
  },

  async verify(ctx, signIn, responses, remembered) {
    requireParameters(responses, ['PASSWORD_CLAIM_SIGNATURE', 'PASSWORD_CLAIM_SECRET_BLOCK', 'TIMESTAMP'])
    const timestamp = responses.TIMESTAMP!
    const time = parseSrpTimestamp(timestamp)
    if (!time) throw new InvalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.')
    if (Math.abs(time.getTime() - ctx.clock.now().getTime()) > tolerance) throw new NotAuthorized()
    if (openSecretBlock(ctx, signIn, responses.PASSWORD_CLAIM_SECRET_BLOCK) !== signIn.id) throw new NotAuthorized()

    const verdict = await provePassword(ctx, signIn, async () => {
      const { userId, verifier } = srpOf(ctx, signIn)
      const { A, B, b } = remembered as { A: string; B: string; b: string }
      const key = srpServerKey({ A, B, b: Buffer.from(b, 'hex'), verifier })
      const secretBlock = Buffer.from(responses.PASSWORD_CLAIM_SECRET_BLOCK!, 'base64')
      const block = { poolName: srpPoolName(signIn.pool.id), userId, secretBlock, timestamp }
      return key !== undefined && srpSignatureMatches(responses.PASSWORD_CLAIM_SIGNATURE!, { ...block, key })
    })
    return { ...verdict, state: { ...verdict.state, srpA: undefined } }
  },
}

type Ctx = Parameters<Challenge['ask']>[0]

function srpOf(ctx: Ctx, { pool, user, password, state }: SignIn) {
  const simulated = simulatedSrp(ctx, pool, state.username)
  const real = user && password && openSrpVerifier(ctx, pool, user, password)
  return { ...simulated, ...(user && { userId: user.username }), ...real }
}

// The block names the sign-in and nothing else: A, B and b stay on the server, sealed in the row that it names.
const secretBlockPlace = ({ pool, client }: Pick<SignIn, 'pool' | 'client'>): string =>
  `secret-block:${pool.id}:${client.id}`

function openSecretBlock(ctx: Ctx, owner: Pick<SignIn, 'pool' | 'client'>, block = ''): string | undefined {
  try {
    return ctx.keyring.open(Buffer.from(block, 'base64'), secretBlockPlace(owner)).toString()
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}
