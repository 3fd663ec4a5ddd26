import type { Context } from '../../context.ts'
import {
  NotAuthorized,
  PasswordResetRequired,
  UserDisabled,
  UserNotConfirmed,
  WrongCredentials,
} from '../../model/errors.ts'
import { userStatuses } from '../../store/tables.ts'
import type { AttemptKey } from '../attempts/attempt-store.ts'
import { countedGuess, type GuessSubject } from '../attempts/lock-out.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import { loginName, type User } from '../users/user.ts'
import type { SignIn, Verdict } from './sign-in.ts'

/**
 * The rules for a password, however it is proven: the lock-out, and account states that forbid signing in. Cognito
 * reveals the state of an account even for a wrong password. Where a client hides which users exist, only the right
 * password reveals it.
 */
export async function provePassword(
  ctx: Context,
  signIn: SignIn,
  judge: () => Promise<boolean>,
  /** The session that a right password ends. */
  session?: string,
): Promise<Verdict> {
  const { pool, client, user, password } = signIn
  if (user && !preventsUserExistenceErrors(client)) requireUsable(user)

  const subject = guesser(signIn)
  const forget = async (guesses: AttemptKey) => {
    signIn.unsettled.settles = { guesses, session }
  }
  const right = await countedGuess(ctx, { poolId: pool.id, kind: 'password', subject }, judge, forget, signIn.guess)
  if (!right || !user || !password) throw new WrongCredentials()

  requireUsable(user)
  if (password.temporary && password.expiresAt && password.expiresAt <= ctx.clock.now())
    throw new NotAuthorized('Temporary password has expired and must be reset by an administrator.')
  return { proves: 'pwd', state: { passwordSetAt: password.setAt.getTime() } }
}

/** The subject of the count of guesses. Unknown names have one too. */
export const guesser = ({ pool, user, state }: Pick<SignIn, 'pool' | 'user' | 'state'>): GuessSubject =>
  user ? { id: user.id } : { unknownName: loginName(pool, state.username) }

type AccountState = Pick<User, 'enabled' | 'status'>

/** Requires a state in which a proof counts. @throws NotAuthorizedException and others */
export function requireUsable(account: AccountState): void {
  requireEnabled(account)
  if (account.status === 'UNCONFIRMED') throw new UserNotConfirmed()
  if (account.status === 'RESET_REQUIRED') throw new PasswordResetRequired()
  if (account.status !== 'CONFIRMED' && account.status !== 'FORCE_CHANGE_PASSWORD') throw new WrongCredentials()
}

export function requireEnabled({ enabled }: Pick<User, 'enabled'>): void {
  if (!enabled) throw new UserDisabled()
}

const everyState: AccountState[] = userStatuses.flatMap((status) => [
  { status, enabled: true },
  { status, enabled: false },
])

/** A state in the words that the database compares. */
const stateName = ({ status, enabled }: AccountState): string => (enabled ? status : `${status} disabled`)

/** The state of an unknown name. */
export const noUser = 'none'
export const accountStates: string[] = [...everyState.map(stateName), noUser]
/** The states that `requireUsable` accepts. */
export const usableStates: string[] = everyState.filter(isUsable).map(stateName)

function isUsable(account: AccountState): boolean {
  try {
    requireUsable(account)
    return true
  } catch {
    return false
  }
}
