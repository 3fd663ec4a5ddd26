/**
 * An SRP exchange that begins a sign-in has no row: nothing is proven yet, so all of it travels sealed in the
 * SECRET_BLOCK, and the database learns of it with its first answer. Whoever only begins sign-ins writes nothing.
 */
import { sameBytes } from '../../lib/constant-time.ts'
import { WrongCredentials } from '../../model/errors.ts'
import { confirmOwner, expectedRevisions, type MaybeOwned, type Owner } from '../clients/owner.ts'
import { countCarriedAnswer } from './carried-sign-in-store.ts'
import type { GuessByAnswer, GuessOfSubject } from './early-guess-store.ts'
import type { OpenSession } from './session.ts'
import type { NewSignIn, SessionKey } from './sign-in-store.ts'

/** A sign-in as it travels; the block belongs to one client of one pool. Times are in milliseconds since 1970. */
export interface CarriedSignIn extends Pick<OpenSession, 'id' | 'userId' | 'challenge' | 'state' | 'secrets'> {
  /** Base64. */
  sessionHash: string
  createdAt: number
  expiresAt: number
}

/** In bytes, for what is not the client's own: ids, the server's half of SRP, and names that only the server knows. */
const roomForOurs = 2048
const maxNameBytes = 512
const granularity = 256

/**
 * The sign-in as text, padded to a length that depends on nothing but what the client has sent: it would reveal
 * whether there is such a user. Undefined for long ones, which are stored like any other.
 */
export function carriedText(carried: CarriedSignIn): Buffer | undefined {
  const nameBytes = Buffer.byteLength(JSON.stringify(carried.state.username))
  if (nameBytes > maxNameBytes) return undefined
  // A name stands there up to three times.
  const needed = roomForOurs + 3 * nameBytes + carried.secrets.remembered.A!.length
  const padded = Buffer.alloc(Math.ceil(needed / granularity) * granularity, ' ')
  const text = JSON.stringify(carried)
  if (Buffer.byteLength(text) > padded.length) return undefined
  padded.write(text)
  return padded
}

export const carriedSignIn = (
  { id, userId, state, sessionHash, createdAt, expiresAt }: Omit<NewSignIn, 'challenge' | 'sealed'>,
  { challenge, secrets }: Pick<OpenSession, 'challenge' | 'secrets'>,
): CarriedSignIn => ({
  id,
  userId,
  challenge,
  state,
  secrets,
  sessionHash: sessionHash.toString('base64'),
  createdAt: createdAt.getTime(),
  expiresAt: expiresAt.getTime(),
})

/**
 * Counts one answer, as `claimAnswer` does for a stored session. Undefined where the session may not be answered any
 * more. @throws NotAuthorizedException where the client has sent the session of another exchange
 */
export async function claimCarried(
  ctx: MaybeOwned,
  { pool, client }: Owner,
  carried: CarriedSignIn,
  answer: { key: SessionKey; maxAnswers: number; guess?: GuessByAnswer },
): Promise<OpenSession | undefined> {
  const { id, userId, challenge, state, secrets } = carried
  const sessionHash = Buffer.from(carried.sessionHash, 'base64')
  if ('hash' in answer.key && !sameBytes(answer.key.hash, sessionHash)) throw new WrongCredentials()

  const answeredAt = ctx.clock.now()
  if (carried.expiresAt <= answeredAt.getTime()) return undefined
  const { found, claimed } = await countCarriedAnswer(
    ctx.db,
    {
      id,
      userId,
      challenge,
      sessionHash,
      poolId: pool.id,
      clientId: client.id,
      createdAt: new Date(carried.createdAt),
      expiresAt: new Date(carried.expiresAt),
      maxAnswers: answer.maxAnswers,
      answeredAt,
    },
    expectedRevisions(ctx),
    guessOf(state, answer.guess),
  )
  confirmOwner(ctx, found)
  return claimed && { id, userId, clientId: client.id, challenge, state, secrets, ...claimed }
}

function guessOf({ guess: expected }: OpenSession['state'], guess?: GuessByAnswer): GuessOfSubject | undefined {
  if (!guess || !expected?.expectations.includes(guess.expectation)) return undefined
  return { ...guess, subject: expected.subject }
}
