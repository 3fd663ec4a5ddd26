import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { cookieOf } from '../lib/cookie-header.ts'
import { randomToken } from '../lib/ids.ts'
import type { Client } from '../pool/clients/client.ts'
import { ssoSessionId } from '../pool/sessions/session-id.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import type { User } from '../pool/users/user.ts'
import { cookiesOf, dropCookie } from './cookies.ts'
import { findRecord } from './find-record-store.ts'
import type { RecordKey } from './record.ts'
import { deleteSession } from './record-store.ts'
import type { Surface } from './surface.ts'

export interface BrowserSession {
  user: User
  proven: Proven
  startedAt: Date
  /** The id in the list of the user's sessions. */
  id: string
  /** The app that it began with, if that still exists. */
  client: Client | undefined
}

/** Counted from the interactive sign-in, however often the session is used. */
export const sessionLifetime = 3600

/**
 * The engine passes `amr` through its sessions and codes unread; ours holds everything that was proven, as one text.
 */
export const packProven = (proven: Proven): string[] => [JSON.stringify(proven)]

export const unpackProven = (amr: unknown): Proven => JSON.parse((amr as [string])[0])

/** The ID token of a user who came from a provider always has a nonce: a new one where the app sent none. */
export const nonceFor = ({ factors }: Proven, nonce: string | undefined): string | undefined =>
  nonce ?? (factors.some(({ name }) => name === 'fed') ? randomToken(32) : undefined)

/** The user who is signed in to the pool with this browser, at this address. Disabled users are not signed in. */
export async function browserSession(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
): Promise<BrowserSession | undefined> {
  const key = sessionKey(koa, surface)
  const record = key && (await findRecord(ctx, key))
  const user = record?.user
  if (!record || !user?.enabled) return undefined
  const proven = unpackProven(record.payload.amr)
  const id = ssoSessionId(ctx, surface.poolId, String(record.payload.uid))
  return { user, proven, startedAt: new Date(proven.at), id, client: record.owner?.client }
}

/** Ends the session and its codes; the browser may keep a cookie that is of no use. */
export async function endSession(ctx: Context, koa: ParameterizedContext, surface: Surface): Promise<void> {
  const key = sessionKey(koa, surface)
  if (key) await deleteSession(ctx, key)
}

export function dropSessionCookie(koa: ParameterizedContext, surface: Surface): void {
  const jar = cookiesOf(surface)
  dropCookie(koa, jar, jar.session)
}

/** The key in the browser's cookie; the session may not exist. */
export function sessionKey(
  koa: ParameterizedContext,
  surface: Surface,
): (RecordKey & { model: 'Session' }) | undefined {
  const id = cookieOf(koa.req, cookiesOf(surface).session)
  return id && id.length <= 128 ? { poolId: surface.poolId, model: 'Session', id } : undefined
}
