import type { Context, Db } from '../../context.ts'
import { challengeSession } from '../../lib/ids.ts'
import { InvalidParameter, InvalidSession, ResourceNotFound, WrongCredentials } from '../../model/errors.ts'
import type { CountedGuess } from '../attempts/lock-out.ts'
import { type Client, requireClientOf } from '../clients/client.ts'
import { tokenLifetimes } from '../clients/client-rules.ts'
import { confirmOwner, expectedRevisions, type MaybeOwned, type Owner } from '../clients/owner.ts'
import { findFirstFactor } from '../factors/index.ts'
import type { Pool } from '../pools/pool.ts'
import { sessionUsed } from '../tokens/settlement.ts'
import type { ChallengeResult } from '../triggers/auth-challenges.ts'
import { carriedSignIn, claimCarried } from './carried-sign-in.ts'
import { type ChallengeName, challengeNamed, isChallengeName } from './challenges/index.ts'
import type { Credentials } from './credentials-store.ts'
import type { GuessByAnswer } from './early-guess-store.ts'
import { type BlockContent, openSecretBlock, readClaim, sealCarried, sealSecretBlock } from './secret-block.ts'
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

export interface OpenSession extends Omit<StoredSignIn, 'sealed'> {
  challenge: ChallengeName
  secrets: SessionSecrets
  /** The credentials of its user, where they were read together. */
  credentials?: Credentials
  /** The guess at the password, where it was counted with the answer. */
  guess?: CountedGuess
}

/** How many seconds users have on the pages, whatever the client's AuthSessionValidity. */
const pageLifetime = 5 * 60

interface NewSession {
  /** The string under which the challenge can be answered. */
  session: string
  parameters: Record<string, string>
  /** Stores it. Absent where the client carries all of it until the first answer. */
  insert?: (db: Db) => Promise<void>
}

/** `isFirst`: nothing has been proven, and nothing is written with it. */
export function newSession(
  ctx: Context,
  signIn: SignIn,
  name: ChallengeName,
  question: Question,
  { isFirst = false }: { isFirst?: boolean } = {},
): NewSession {
  const { pool, client, user, state, history } = signIn
  const session = newSessionString(pool, client)
  const now = ctx.clock.now()
  const { availableChallenges, remember = {} } = question
  const shown = state.driver === 'page' ? question.parameters : {}
  const secrets: SessionSecrets = { parameters: shown, availableChallenges, remembered: remember, history }

  const record = {
    id: signIn.id,
    sessionHash: sessionHash(ctx, pool, session),
    clientId: client.id,
    userId: user?.id ?? null,
    state: { ...state, guess: undefined, ...question.state },
    createdAt: now,
    expiresAt: new Date(now.getTime() + sessionSeconds(signIn, name) * 1000),
  }
  const { parameters } = question
  const { isFoundByBlock } = challengeNamed(name)
  const isCarried = isFoundByBlock && isFirst && !state.proven && state.driver !== 'page'
  const carried = isCarried ? sealCarried(ctx, signIn, carriedSignIn(record, { challenge: name, secrets })) : undefined
  if (carried) return { session, parameters: { ...parameters, SECRET_BLOCK: carried } }

  const sealed = ctx.keyring.seal(JSON.stringify(secrets), signInSeal(pool.id, signIn.id))
  return {
    session,
    parameters: isFoundByBlock ? { ...parameters, SECRET_BLOCK: sealSecretBlock(ctx, signIn) } : parameters,
    insert: (db) => insertSignIn(db, pool.id, { ...record, challenge: name, sealed }),
  }
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

/** Whether the session exists is decided by its hash. */
const ownerIn = (session: string): (string | undefined)[] =>
  Buffer.from(session.slice(challengeSession().length), 'base64url').toString().split(' ')

function isOfOwner(session: string, { pool, client }: Owner): boolean {
  const [poolId, clientId] = ownerIn(session)
  return poolId === pool.id && clientId === client.id
}

/** Pool and client in the session string. */
export async function requireSessionOwner(ctx: Context, session: string): Promise<Owner> {
  const [poolId, clientId] = ownerIn(session)
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
  const block = challenge.isFoundByBlock ? openSecretBlock(ctx, owner, responses) : undefined
  const key = sessionKey(ctx, owner, challenge, session, block)
  const claimed = block?.carried
    ? await claimCarried(ctx, owner, block.carried, { key, maxAnswers: challenge.answers, guess })
    : await claimStored(ctx, owner, name, key, guess)
  if (claimed) return claimed

  const end = await findSessionEnd(ctx.db, owner.pool.id, block?.carried ?? key, owner.client.id)
  const expiresAt = end?.expiresAt.getTime() ?? block?.carried?.expiresAt
  if (end?.consumedAt) throw sessionUsed()
  if (expiresAt !== undefined && expiresAt <= ctx.clock.now().getTime())
    throw new InvalidSession('Invalid session for the user, session is expired.')
  // What the session waits for is in its block; without that the answer is wrong in any case.
  const mayWait = end ? end.challenge === name : session && isOfOwner(session, owner)
  if (challenge.isFoundByBlock && !block && mayWait) {
    readClaim(ctx, owner, responses)
    throw new WrongCredentials()
  }
  throw invalidSession()
}

async function claimStored(
  ctx: MaybeOwned,
  { pool, client }: Owner,
  name: ChallengeName,
  key: SessionKey,
  guess: GuessByAnswer | undefined,
): Promise<OpenSession | undefined> {
  // A first factor may be answered directly where the choice of one is asked.
  const challenges = findFirstFactor(name) ? [name, 'SELECT_CHALLENGE'] : [name]
  const maxAnswers = challengeNamed(name).answers
  const claim = { poolId: pool.id, clientId: client.id, challenges, maxAnswers, answeredAt: ctx.clock.now() }
  const { found, claimed } = await countAnswer(ctx.db, key, claim, expectedRevisions(ctx), guess)
  confirmOwner(ctx, found)
  return claimed && open(ctx, pool, claimed)
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
  block: BlockContent | undefined,
): SessionKey {
  if (session) return { hash: sessionHash(ctx, owner.pool, session) }
  if (!challenge.isFoundByBlock)
    throw new InvalidParameter('Missing required parameter Session', { reason: 'required', field: 'Session' })
  if (!block) throw invalidSession()
  return { id: block.id }
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
