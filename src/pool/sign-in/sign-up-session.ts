/**
 * From a sign-up straight to a first sign-in: the session of SignUp goes to ConfirmSignUp with the code, and the
 * session that it returns to InitiateAuth. The code that confirmed the account then counts as the proven first factor.
 */
import type { Context, Db, Trx } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import type { Client } from '../clients/client.ts'
import { allowedFlows } from '../clients/client-rules.ts'
import { codeFactors, proofOf } from '../factors/index.ts'
import type { Pool } from '../pools/pool.ts'
import { lastSignOut, type User } from '../users/user.ts'
import { newSessionString, type OpenSession, sessionHash, sessionSeconds } from './session.ts'
import { invalidSession } from './session-errors.ts'
import type { Driver, SignInState } from './sign-in.ts'
import { consumeSession, findSignIn, findSignInOf, insertSignIn } from './sign-in-store.ts'

// What such a session waits for. No challenge has these names, so these sessions can't answer one.
const unconfirmed = 'SIGN_UP'
const confirmed = 'SIGN_UP_CONFIRMED'

interface Owner {
  pool: Pool
  client: Client
  driver: Driver
}

type Person = Pick<User, 'id' | 'username'>

/** Undefined for a client whose users can't sign in this way. */
export async function beginSignUpSession(ctx: Context, owner: Owner, user: Person): Promise<string | undefined> {
  if (owner.driver !== 'page' && !allowedFlows(owner.client).has('ALLOW_USER_AUTH')) return undefined
  return insertSession(ctx, ctx.db, owner, user, unconfirmed, {})
}

/**
 * In the transaction that confirms the account. Undefined where the session has expired: the account is confirmed
 * anyway. Amplify sends the code without the session and expects one, so the one of the sign-up is found while it
 * lasts.
 */
export async function confirmSignUpSession(
  trx: Trx,
  ctx: Context,
  owner: Owner,
  user: Person & Pick<User, 'tokensValidFrom'>,
  { session, attribute }: { session: string | undefined; attribute: string },
): Promise<string | undefined> {
  const { pool, client } = owner
  const now = ctx.clock.now()
  const signUp = { userId: user.id, clientId: client.id, challenge: unconfirmed }
  const found = session
    ? await findSignIn(trx, pool.id, { hash: sessionHash(ctx, pool, session) }, client.id, now)
    : await findSignInOf(trx, pool.id, signUp, now)
  if (found?.challenge !== unconfirmed || found.userId !== user.id) return undefined
  if (!(await consumeSession(trx, pool.id, found.id, now))) return undefined
  const at = now.getTime()
  const [factor] = codeFactors.filter(({ sendsTo }) => sendsTo === attribute)
  const factors = [{ name: proofOf(factor!.name), at }]
  return insertSession(ctx, trx, owner, user, confirmed, { proven: { at, factors }, lastSignOut: lastSignOut(user) })
}

/** @throws NotAuthorizedException */
export async function requireConfirmedSession(ctx: Context, owner: Owner, session: string): Promise<OpenSession> {
  const { pool, client } = owner
  const key = { hash: sessionHash(ctx, pool, session) }
  const found = await findSignIn(ctx.db, pool.id, key, client.id, ctx.clock.now())
  if (found?.challenge !== confirmed) throw invalidSession()
  return { ...found, challenge: 'SELECT_CHALLENGE', secrets: { parameters: {}, remembered: {} } }
}

async function insertSession(
  ctx: Context,
  db: Db,
  { pool, client, driver }: Owner,
  user: Person,
  challenge: string,
  known: Pick<SignInState, 'proven' | 'lastSignOut'>,
): Promise<string> {
  const session = newSessionString(pool, client)
  const now = ctx.clock.now()
  const state: SignInState = { flow: 'USER_AUTH', driver, username: user.username, ...known }
  await insertSignIn(db, pool.id, {
    id: uuidv7(now),
    sessionHash: sessionHash(ctx, pool, session),
    clientId: client.id,
    userId: user.id,
    challenge,
    state,
    sealed: Buffer.alloc(0),
    createdAt: now,
    expiresAt: new Date(now.getTime() + sessionSeconds({ client, state }, 'SELECT_CHALLENGE') * 1000),
  })
  return session
}
