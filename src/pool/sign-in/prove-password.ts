import type { Context } from '../../context.ts'
import {
  NotAuthorized,
  PasswordResetRequired,
  UserDisabled,
  UserNotConfirmed,
  WrongCredentials,
} from '../../model/errors.ts'
import type { AttemptKey } from '../attempts/attempt-store.ts'
import { countedGuess, type GuessSubject } from '../attempts/lock-out.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Settlement } from '../tokens/settlement.ts'
import { loginName, type User } from '../users/user.ts'
import { settle } from './settle.ts'
import type { SignIn, Verdict } from './sign-in.ts'

/**
 * What holds for a password however it is proven: the lock-out, and what the state of an account forbids.
 *
 * Cognito tells the state of an account whether or not the password is right. A client that asks to hide who exists gets
 * to know it only with the right password.
 */
export async function provePassword(
  ctx: Context,
  signIn: SignIn,
  judge: () => Promise<boolean>,
  /** The session that it is proven with, where that ends with a right password. */
  session?: string,
): Promise<Verdict> {
  const { pool, client, user, password, state } = signIn
  if (user && !preventsUserExistenceErrors(client)) requireUsable(user)

  const subject = guesser(signIn)
  let settles: Settlement | undefined
  const forget = async (guesses: AttemptKey) => {
    // No tokens follow on a page.
    if (state.driver === 'page') await settle(ctx, { guesses })
    else settles = { guesses, session }
  }
  const right = await countedGuess(ctx, { poolId: pool.id, kind: 'password', subject }, judge, forget, signIn.guess)
  if (!right || !user || !password) throw new WrongCredentials()

  try {
    requireUsable(user)
    if (password.temporary && password.expiresAt && password.expiresAt <= ctx.clock.now())
      throw new NotAuthorized('Temporary password has expired and must be reset by an administrator.')
  } catch (refusal) {
    await settle(ctx, settles)
    throw refusal
  }
  return { proves: 'pwd', state: { passwordSetAt: password.setAt.getTime() }, settles }
}

/** Whose guesses are counted: of a name that no user has, as of a user. */
export const guesser = ({ pool, user, state }: Pick<SignIn, 'pool' | 'user' | 'state'>): GuessSubject =>
  user ? { id: user.id } : { unknownName: loginName(pool, state.username) }

/** Whether an account is in a state in which what it proves counts. @throws NotAuthorizedException and others */
export function requireUsable(user: User): void {
  requireEnabled(user)
  if (user.status === 'UNCONFIRMED') throw new UserNotConfirmed()
  if (user.status === 'RESET_REQUIRED') throw new PasswordResetRequired()
  if (user.status !== 'CONFIRMED' && user.status !== 'FORCE_CHANGE_PASSWORD') throw new WrongCredentials()
}

export function requireEnabled(user: User): void {
  if (!user.enabled) throw new UserDisabled()
}
