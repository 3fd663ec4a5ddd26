import type { Db } from '../../context.ts'
import { foldCase } from '../../lib/fold.ts'
import { NotAuthorized, UserNotFound } from '../../model/errors.ts'
import type { UserStatus } from '../../store/tables.ts'
import { isCaseSensitive, type Pool } from '../pools/pool.ts'
import { findUserByLoginName } from './user-store.ts'

export interface User {
  poolId: string
  /** The `sub`. */
  id: string
  username: string
  status: UserStatus
  enabled: boolean
  /** Attribute names to values, `sub` left out; `email_verified` and its like are 'true' or 'false'. */
  attributes: Record<string, string>
  tokensValidFrom: Date | null
  createdAt: Date
  updatedAt: Date
}

/** The name under which a typed username, email or phone number is looked up. */
export function loginName(pool: Pool, typed: string): string {
  return isCaseSensitive(pool) ? typed : foldCase(typed)
}

/** By username, active alias or sub. */
export function findUser(db: Db, pool: Pool, typed: string): Promise<User | undefined> {
  return findUserByLoginName(db, pool.id, loginName(pool, typed))
}

/** When the user was last signed out everywhere, in milliseconds; 0 for never. */
export const lastSignOut = ({ tokensValidFrom }: Pick<User, 'tokensValidFrom'>): number =>
  tokensValidFrom?.getTime() ?? 0

/** The refusal to confirm an account that is not waiting for it. */
export const cannotConfirm = ({ status }: Pick<User, 'status'>): Error =>
  new NotAuthorized(`User cannot be confirmed. Current status is ${status}`, {
    reason: status === 'CONFIRMED' ? 'user-confirmed' : 'user-state',
  })

/** @throws UserNotFoundException */
export async function requireUser(db: Db, pool: Pool, typed: string): Promise<User> {
  const user = await findUser(db, pool, typed)
  if (!user) throw new UserNotFound()
  return user
}
