import type { Context } from '../../context.ts'
import { SealBroken } from '../../lib/seal.ts'
import { formatSrpTimestamp, parseSrpTimestamp } from '../../lib/srp-timestamp.ts'
import { InvalidParameter, WrongCredentials } from '../../model/errors.ts'
import { requireParameters } from './flows.ts'
import type { Responses, SignIn } from './sign-in.ts'

/** How far a client's clock may be off, in milliseconds. */
const tolerance = 15 * 60_000

export const sealSecretBlock = (ctx: Context, signIn: SignIn): string =>
  ctx.keyring.seal(signIn.id, secretBlockPlace(signIn)).toString('base64')

/** The sign-in that the block was made for. */
export function openSecretBlock(ctx: Context, owner: Pick<SignIn, 'pool' | 'client'>, block = ''): string | undefined {
  try {
    return ctx.keyring.open(Buffer.from(block, 'base64'), secretBlockPlace(owner)).toString()
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

export interface PasswordClaim {
  signature: string
  secretBlock: Buffer
  /** The sign-in that the block was made for. */
  signInId: string | undefined
  timestamp: string
}

/** Checks an answer to SRP, as far as that needs no key. @throws NotAuthorizedException and others */
export function requireClaim(ctx: Context, signIn: SignIn, responses: Responses): PasswordClaim {
  const claim = readClaim(ctx, signIn, responses)
  if (claim.signInId !== signIn.id) throw new WrongCredentials()
  return claim
}

/** The claims of calls under way: whether it counts as a guess is asked before it is judged. */
const claims = new WeakMap<Responses, PasswordClaim>()

/** The part of `requireClaim` that needs no sign-in. @throws NotAuthorizedException and others */
export function readClaim(ctx: Context, owner: Pick<SignIn, 'pool' | 'client'>, responses: Responses): PasswordClaim {
  const known = claims.get(responses)
  if (known) return known
  requireParameters(responses, ['PASSWORD_CLAIM_SIGNATURE', 'PASSWORD_CLAIM_SECRET_BLOCK', 'TIMESTAMP'])
  const { PASSWORD_CLAIM_SIGNATURE, PASSWORD_CLAIM_SECRET_BLOCK, TIMESTAMP } = responses
  const time = parseSrpTimestamp(TIMESTAMP!)
  if (!time) throw new InvalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.')
  // The service signs the time as it would format it, so a wrong weekday or a padded day never matches there.
  if (formatSrpTimestamp(time) !== TIMESTAMP) throw new WrongCredentials()
  if (Math.abs(time.getTime() - ctx.clock.now().getTime()) > tolerance) throw new WrongCredentials()
  const claim = {
    signature: PASSWORD_CLAIM_SIGNATURE!,
    secretBlock: Buffer.from(PASSWORD_CLAIM_SECRET_BLOCK!, 'base64'),
    signInId: openSecretBlock(ctx, owner, PASSWORD_CLAIM_SECRET_BLOCK),
    timestamp: TIMESTAMP!,
  }
  claims.set(responses, claim)
  return claim
}

// The block contains the sign-in's id and nothing else: A, B and b stay on the server, sealed in the row of that id.
const secretBlockPlace = ({ pool, client }: Pick<SignIn, 'pool' | 'client'>): string =>
  `secret-block:${pool.id}:${client.id}`
