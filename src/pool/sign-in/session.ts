import type { Context, Db } from '../../context.ts'
import { challengeSession } from '../../lib/ids.ts'
import { InvalidParameter, InvalidSession, ResourceNotFound } from '../../model/errors.ts'
import type { CountedGuess } from '../attempts/lock-out.ts'
import { type Client, requireClientOf } from '../clients/client.ts'
import { tokenLifetimes } from '../clients/client-rules.ts'
import { confirmOwner, expectedRevisions, type MaybeOwned, type Owner } from '../clients/owner.ts'
import { findFirstFactor } from '../factors/index.ts'
import type { Pool } from '../pools/pool.ts'
import { sessionUsed } from '../tokens/settlement.ts'
import type { ChallengeResult } from '../triggers/auth-challenges.ts'
import { type ChallengeName, challengeNamed, isChallengeName } from './challenges/index.ts'
import type { Credentials } from './credentials-store.ts'
import type { GuessByAnswer } from './early-guess-store.ts'
import { invalidSession } from './session-errors.ts'
import type { Challenge, Question, Remembered, Responses, SignIn } from './sign-in.ts'
import {
  countAnswer,
  findSessionEnd,
  findSignIn,
  insertSignIn,
  type SessionKey,
  type StoredSignIn,
} from './sign-in-store.ts'

/** What is sealed beside a session. */
export interface SessionSecrets {
  /** Only a page shows a challenge again. */
  parameters: Record<string, string>
  availableChallenges?: string[]
  remembered: Remembered
  history?: ChallengeResult[]
}

export interface OpenSession extends StoredSignIn {
  challenge: ChallengeName
  secrets: SessionSecrets
  /** The credentials of its user, where they were read together. */
  credentials?: Credentials
  /** The guess at the password, where it was counted with the answer. */
  guess?: CountedGuess
}

/** How many seconds users have on the pages, whatever the client's AuthSessionValidity. */
const pageLifetime = 5 * 60

/** Stores a challenge, and returns the string under which it can be answered. */
export function newSession(ctx: Context, signIn: SignIn, name: ChallengeName, question: Question) {
  const { pool, client, user, state } = signIn
  const session = newSessionString(pool, client)
  const now = ctx.clock.now()
  const { availableChallenges, remember = {} } = question
  const parameters = state.driver === 'page' ? question.parameters : {}
  const secrets: SessionSecrets = { parameters, availableChallenges, remembered: remember, history: signIn.history }

  const row = {
    id: signIn.id,
    sessionHash: sessionHash(ctx, pool, session),
    clientId: client.id,
    userId: user?.id ?? null,
    challenge: name,
    state: { ...state, guess: undefined, ...question.state },
    sealed: ctx.keyring.seal(JSON.stringify(secrets), signInSeal(pool.id, signIn.id)),
    createdAt: now,
    expiresAt: new Date(now.getTime() + sessionSeconds(signIn, name) * 1000),
  }
  // The flush of a session also covers what was written of a password that was proven before.
  const flush = !challengeNamed(name).isBeginning || state.proven !== undefined
  const insert = (db: Db) => insertSignIn(db, pool.id, row, { flush })
  return { session, insert }
}

/** How long a challenge can be answered. */
export function sessionSeconds({ client, state }: Pick<SignIn, 'client' | 'state'>, name: ChallengeName): number {
  const challenge = challengeNamed(name)
  const usual = state.driver === 'page' ? (challenge.pageLifetime ?? pageLifetime) : tokenLifetimes(client).session
  return Math.min(usual, challenge.lifetime ?? usual)
}

/** Random, followed by pool and client, for calls that name neither. */
export const newSessionString = (pool: Pool, client: Client): string =>
  challengeSession() + Buffer.from(`${pool.id} ${client.id}`).toString('base64url')

/** Pool and client in the session string. Whether the session exists is decided by its hash. */
export async function requireSessionOwner(ctx: Context, session: string): Promise<Owner> {
  const [poolId, clientId] = Buffer.from(session.slice(challengeSession().length), 'base64url').toString().split(' ')
  if (!poolId || !clientId) throw invalidSession()
  return requireClientOf(ctx, poolId, clientId).catch((error) => {
    throw error instanceof ResourceNotFound ? invalidSession() : error
  })
}

/**
 * Counts one answer to the session, in a statement of its own, before anything is judged: however many arrive at once,
 * no more than the challenge allows are ever verified. @throws NotAuthorizedException for a session that is used,
 * expired, unknown, or of another client or pool
 */
export async function claimAnswer(
  ctx: MaybeOwned,
  owner: Owner,
  name: string,
  session: string | undefined,
  responses: Responses,
  guess?: GuessByAnswer,
): Promise<OpenSession> {
  if (!isChallengeName(name)) throw invalidSession()
  const challenge = challengeNamed(name)
  const key = sessionKey(ctx, owner, challenge, session, responses)
  const { pool, client } = owner
  const now = ctx.clock.now()
  // A first factor may be answered directly where the choice of one is asked.
  const challenges = findFirstFactor(name) ? [name, 'SELECT_CHALLENGE'] : [name]
  const claim = { poolId: pool.id, clientId: client.id, challenges, maxAnswers: challenge.answers, answeredAt: now }
  const { found, claimed } = await countAnswer(ctx.db, key, claim, expectedRevisions(ctx), guess)
  confirmOwner(ctx, found)
  if (claimed) return open(ctx, pool, claimed)

  const end = await findSessionEnd(ctx.db, pool.id, key, client.id)
  if (end?.consumedAt) throw sessionUsed()
  if (end && end.expiresAt <= now) throw new InvalidSession('Invalid session for the user, session is expired.')
  throw invalidSession()
}

/** The session's challenge without answering it, to show it again. */
export async function peekSession(ctx: Context, owner: Owner, session: string): Promise<OpenSession | undefined> {
  const key = { hash: sessionHash(ctx, owner.pool, session) }
  const found = await findSignIn(ctx.db, owner.pool.id, key, owner.client.id, ctx.clock.now())
  return found && open(ctx, owner.pool, found)
}

function sessionKey(
  ctx: Context,
  owner: Owner,
  challenge: Challenge,
  session: string | undefined,
  responses: Responses,
): SessionKey {
  if (session) return { hash: sessionHash(ctx, owner.pool, session) }
  if (!challenge.findSignIn)
    throw new InvalidParameter('Missing required parameter Session', { reason: 'required', field: 'Session' })
  const id = challenge.findSignIn(ctx, owner, responses)
  if (!id) throw invalidSession()
  return { id }
}

function open(
  ctx: Context,
  pool: Pool,
  stored: StoredSignIn & Pick<OpenSession, 'credentials' | 'guess'>,
): OpenSession {
  const secrets: SessionSecrets = JSON.parse(ctx.keyring.open(stored.sealed, signInSeal(pool.id, stored.id)).toString())
  return { ...stored, challenge: stored.challenge as ChallengeName, secrets }
}

export const sessionHash = (ctx: Context, pool: Pool, session: string): Buffer =>
  ctx.keyring.mac('session-hash', pool.id, session)

export const signInSeal = (poolId: string, id: string): string => `sign-ins/${poolId}/${id}`
