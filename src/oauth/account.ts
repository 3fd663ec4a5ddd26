/** What the account page needs of OAuth: a sign-in that returns to it, and ways to end sessions. */
import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { leave } from './leave.ts'
import { ownSignIn } from './own-sign-in.ts'
import { deleteRecord, deleteSessionsOf } from './record-store.ts'
import { dropSessionCookie } from './session.ts'
import type { Surface } from './surface.ts'

export const accountUri = ({ origin }: Pick<Surface, 'origin'>): string => `${origin}/account`

/** Where the user signs in, to come back to the page. */
export function accountSignInUrl(
  surface: Surface,
  client: Client,
  { state, again, username }: { state: string; again: boolean; username?: string },
): string {
  const query = ownSignIn(client, {
    redirect_uri: accountUri(surface),
    state,
    ...(again && { prompt: 'login' }),
    ...(username && { login_hint: username }),
  })
  return `${surface.base}/oauth2/authorize?${query}`
}

/** Ignores the code in the callback. */
export async function takeCode(ctx: Context, { poolId }: Surface, code: string): Promise<void> {
  if (code.length <= 128) await deleteRecord(ctx, { poolId, model: 'AuthorizationCode', id: code })
}

/** Ends the browser's session, notifies the apps in it that want to know, and shows that the user is signed out. */
export async function endBrowserSession(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  pool: Pool,
): Promise<void> {
  await leave(ctx, koa, surface, pool, `${surface.base}/signedout`, { afterForm: true })
}

/** Ends the user's sessions in all browsers, including this one. */
export async function endAllSessions(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  userId: string,
): Promise<void> {
  await deleteSessionsOf(ctx, surface.poolId, [userId])
  dropSessionCookie(koa, surface)
}
