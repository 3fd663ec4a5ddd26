import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { type IdTokenHint, readIdTokenHint } from '../pool/tokens/id-token-hint.ts'
import { findApp } from './app.ts'
import {
  badIdTokenHint,
  type PageError,
  type RenderError,
  showError,
  unknownApp,
  unknownLogoutUri,
  unregistered,
} from './error-page.ts'
import { leave } from './leave.ts'
import { appUrl, sendTo } from './redirect.ts'
import { browserSession } from './session.ts'
import type { Surface } from './surface.ts'

/** Cognito's own requests name `logout_uri` or `redirect_uri`. */
export const isOfOpenId = (query: URLSearchParams): boolean => !query.has('logout_uri') && !query.has('redirect_uri')

export async function mayInitiate(ctx: Context, surface: Surface): Promise<boolean> {
  const pool = surface.pool ?? (await findPool(ctx, surface.poolId))
  return pool !== undefined && isOn('RpInitiatedLogout', pool)
}

interface Asked {
  hint?: IdTokenHint
  client?: Client
  /** Where the app wants the browser to go afterwards. */
  uri?: string
}

/**
 * OpenID Connect RP-Initiated Logout 1.0. An app that sends the ID token of the signed-in user ends the session at
 * once; for any other link the user is asked first. The browser only goes to registered addresses.
 */
export async function rpLogout(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  { query, renderError }: { query: URLSearchParams; renderError: RenderError },
): Promise<void> {
  const pool = surface.pool ?? (await findPool(ctx, surface.poolId))
  const requested = pool && (await readLogoutRequest(ctx, pool, query))
  if (!pool || !requested) return showError(koa, renderError, unknownApp)
  if ('refused' in requested) return showError(koa, renderError, requested.refused)
  const { hint, client, uri } = requested
  if (uri !== undefined && !client?.settings.LogoutURLs?.includes(uri)) {
    const refused = unknownLogoutUri('post_logout_redirect_uri')
    return showError(koa, renderError, client ? unregistered(refused, client, uri) : refused)
  }

  const session = await browserSession(ctx, koa, surface)
  const isTheirs = hint !== undefined && hint.sub === session?.user.id
  if (session && !isTheirs && !isConfirmed(koa, surface, query)) {
    query.delete('confirmed')
    return sendTo(koa, `${surface.base}/signout?${query}`, 303)
  }
  const next = uri === undefined ? `${surface.base}/signedout` : withState(uri, query.get('state'))
  await leave(ctx, koa, surface, pool, next, { afterForm: koa.method === 'POST' })
}

const withState = (uri: string, state: string | null): string => (state === null ? uri : appUrl(uri, { state }))

/** Refused for a hint that is not an ID token, or is of another app than the request. */
async function readLogoutRequest(
  ctx: Context,
  pool: Pool,
  query: URLSearchParams,
): Promise<Asked | { refused: PageError }> {
  const token = query.get('id_token_hint')
  const hint = token === null ? undefined : await readIdTokenHint(ctx, pool, token)
  if (token !== null && !hint) return { refused: badIdTokenHint }
  const id = query.get('client_id') ?? hint?.aud
  if (hint && hint.aud !== id) return { refused: badIdTokenHint }
  const found = await findApp(ctx, id, pool.id)
  if (id !== undefined && found?.pool.id !== pool.id) return { refused: unknownApp }
  return { hint, client: found?.client, uri: query.get('post_logout_redirect_uri') ?? undefined }
}

/**
 * Sent by our own page's form. Forms of other sites come without the session's cookie, and browsers send the origin of
 * a form; it is `null` where, as on our pages, there is no referrer.
 */
function isConfirmed(koa: ParameterizedContext, { origin }: Surface, query: URLSearchParams): boolean {
  const isOwn =
    ['', 'same-origin'].includes(koa.get('sec-fetch-site')) &&
    ['', 'null', new URL(origin).origin].includes(koa.get('origin'))
  return koa.method === 'POST' && query.get('confirmed') === 'yes' && isOwn
}
