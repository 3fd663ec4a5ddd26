import type { Context } from '../../context.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { lastSignOut, loginName } from '../users/user.ts'
import { findCredentials } from './credentials-store.ts'
import { requireEnabled } from './prove-password.ts'
import type { OpenSession } from './session.ts'
import { invalidSession } from './session-errors.ts'
import type { Driver, SignIn } from './sign-in.ts'
import { isSimulatedId } from './simulated-user.ts'

/**
 * The sign-in with its user as of now. It ends where the user is gone, disabled, signed out or has another password.
 */
export async function resume(
  ctx: Context,
  input: { pool: Pool; client: Client; driver: Driver; clientMetadata?: Record<string, string> },
  session: OpenSession,
): Promise<SignIn> {
  const { pool, client, driver, clientMetadata } = input
  const { id, userId, state } = session
  if ((state.driver === 'page') !== (driver === 'page')) throw invalidSession()
  const found = session.credentials ?? (userId ? await findCredentials(ctx.db, pool.id, userId) : undefined)
  if (userId && !found) throw invalidSession()

  if (found && state.proven) {
    requireEnabled(found.user)
    const signedOut = lastSignOut(found.user) !== (state.lastSignOut ?? 0)
    const otherPassword = state.passwordSetAt && state.passwordSetAt !== found.password?.setAt.getTime()
    if (signedOut || otherPassword) throw invalidSession()
  }
  const { history } = session.secrets
  return { id, pool, client, ...found, guess: session.guess, state, history, clientMetadata, unsettled: {} }
}

/** Answers come with the username, though a user who typed an alias may go on sending that. */
export function isNameOf(ctx: Context, { pool, user, state }: SignIn, typed: string): boolean {
  const name = loginName(pool, typed)
  if (name === loginName(pool, state.username)) return true
  if (!user) return isSimulatedId(ctx, pool, state.username, typed)
  const { email, phone_number, preferred_username } = user.attributes
  const names = [user.username, user.id, email, phone_number, preferred_username]
  return names.some((own) => own !== undefined && loginName(pool, own) === name)
}
