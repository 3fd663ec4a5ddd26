import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import type { User } from '../pool/users/user.ts'
import type { Surface } from './surface.ts'

/** What an app has asked the login pages for. */
export interface AuthorizationRequest {
  /** Goes into every form: several tabs of one browser may be at several requests. */
  uid: string
  pool: Pool
  client: Client
  surface: Surface
  /** As the app sent them: client_id, redirect_uri, response_type, scope, state, nonce, lang, login_hint, prompt … */
  parameters: Record<string, string>
  /** Where the sign-in ends, as a source of CSP's form-action: an origin, or `scheme:` of an app's own. */
  redirectOrigin: string
}

export interface BrowserSession {
  user: User
  proven: Proven
  startedAt: Date
}

/**
 * The request that this browser is at, if it is still open: the one that `uid` (of a form) names, else the one that the
 * query describes, else the latest. What another browser was sent here for is not found, whatever the form says.
 */
export async function currentRequest(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  uid?: string,
): Promise<AuthorizationRequest | undefined> {
  throw new Error('to come')
}

/** The sign-in is done: a new browser session, whatever was there before, and 303 on the way to the app. */
export async function finishRequest(
  ctx: Context,
  koa: ParameterizedContext,
  request: AuthorizationRequest,
  { user, proven }: { user: User; proven: Proven },
): Promise<void> {
  throw new Error('to come')
}

/** The sign-in can't be done: 303 on the way to the app, which gets the error. */
export async function abortRequest(
  ctx: Context,
  koa: ParameterizedContext,
  request: AuthorizationRequest,
  { error, description }: { error: string; description?: string },
): Promise<void> {
  throw new Error('to come')
}

/** Who is signed in to the pool with this browser, at this address. */
export async function browserSession(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
): Promise<BrowserSession | undefined> {
  throw new Error('to come')
}
