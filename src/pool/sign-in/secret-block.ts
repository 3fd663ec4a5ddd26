import type { Context } from '../../context.ts'
import { SealBroken } from '../../lib/seal.ts'
import { formatSrpTimestamp, parseSrpTimestamp } from '../../lib/srp-timestamp.ts'
import { InvalidParameter, WrongCredentials } from '../../model/errors.ts'
import { type CarriedSignIn, carriedText } from './carried-sign-in.ts'
import { requireParameters } from './flows.ts'
import type { Responses, SignIn } from './sign-in.ts'

type Owner = Pick<SignIn, 'pool' | 'client'>

/** How far a client's clock may be off, in milliseconds. */
const tolerance = 15 * 60_000

/** For a stored sign-in the block contains its id and nothing else: A, B and b are sealed in the row. */
export const sealSecretBlock = (ctx: Context, signIn: Pick<SignIn, 'id' | 'pool' | 'client'>): string =>
  ctx.keyring.seal(signIn.id, places.stored(signIn)).toString('base64')

/** Undefined for one that is too long to travel, and has to be stored. */
export function sealCarried(ctx: Context, owner: Owner, signIn: CarriedSignIn): string | undefined {
  const text = carriedText(signIn)
  return text && ctx.keyring.seal(text, places.carried(owner)).toString('base64')
}

/** What a block refers to: a stored sign-in, or the one that is in it. */
export type BlockContent = { id: string; carried?: CarriedSignIn }

/** The blocks of calls under way: each is opened once. */
const opened = new WeakMap<Responses, BlockContent | undefined>()

/** Undefined for a block that was not made here, or for another client. */
export function openSecretBlock(ctx: Context, owner: Owner, responses: Responses): BlockContent | undefined {
  if (opened.has(responses)) return opened.get(responses)
  const block = Buffer.from(responses.PASSWORD_CLAIM_SECRET_BLOCK ?? '', 'base64')
  const carried = openAt(ctx, block, places.carried(owner))
  const content = carried ? carriedIn(carried) : storedIn(openAt(ctx, block, places.stored(owner)))
  opened.set(responses, content)
  return content
}

const carriedIn = (text: Buffer): BlockContent => {
  const carried: CarriedSignIn = JSON.parse(text.toString())
  return { id: carried.id, carried }
}

const storedIn = (id: Buffer | undefined): BlockContent | undefined => id && { id: id.toString() }

function openAt(ctx: Context, block: Buffer, place: string): Buffer | undefined {
  try {
    return ctx.keyring.open(block, place)
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

// The two can't be taken for one another.
const places = {
  stored: ({ pool, client }: Owner): string => `secret-block:${pool.id}:${client.id}`,
  carried: ({ pool, client }: Owner): string => `carried-sign-in:${pool.id}:${client.id}`,
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
export function readClaim(ctx: Context, owner: Owner, responses: Responses): PasswordClaim {
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
    signInId: openSecretBlock(ctx, owner, responses)?.id,
    timestamp: TIMESTAMP!,
  }
  claims.set(responses, claim)
  return claim
}
