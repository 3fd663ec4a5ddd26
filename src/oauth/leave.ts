import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { escapeHtml } from '../lib/escape-html.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { addNotices, appsSignedIn, isListenedTo } from '../pool/notices/add-notices.ts'
import { type Pool, poolIssuer } from '../pool/pools/pool.ts'
import { ssoSessionId } from '../pool/sessions/session-id.ts'
import { samlDetour } from './federation/saml-logout.ts'
import { findRecord } from './find-record-store.ts'
import { sendTo } from './redirect.ts'
import { dropSessionCookie, endSession, sessionKey } from './session.ts'
import type { Surface } from './surface.ts'

/** Ends the browser's session, notifies the apps in it that want to know, and goes on. */
export async function leave(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  pool: Pool,
  url: string,
  { afterForm = false } = {},
): Promise<void> {
  const detour = await samlDetour(ctx, koa, surface, pool, url)
  const pages = await tellApps(ctx, koa, surface, pool)
  await endSession(ctx, koa, surface)
  dropSessionCookie(koa, surface)
  // Browsers apply a form's form-action to redirects after it, but not to a page in between.
  if (pages.length > 0 || afterForm) showPages(koa, pages, detour ?? url)
  else sendTo(koa, detour ?? url)
}

/** The pages of apps that the browser has to visit before it goes on. */
async function tellApps(ctx: Context, koa: ParameterizedContext, surface: Surface, pool: Pool): Promise<string[]> {
  if (!isListenedTo(pool) && !isOn('FrontChannelLogout', pool)) return []
  const key = sessionKey(koa, surface)
  const record = key && (await findRecord(ctx, key))
  const uid = record?.payload.uid
  if (!record?.user || typeof uid !== 'string') return []
  const ended = { poolId: pool.id, userId: record.user.id, sid: ssoSessionId(ctx, pool.id, uid) }
  const event = { kind: 'session-revoked', by: 'user', sid: ended.sid } as const
  await addNotices(ctx, ctx.db, pool, { userId: ended.userId, event })
  if (!isOn('FrontChannelLogout', pool)) return []
  const clients = await appsSignedIn(ctx, ctx.db, pool, ended)
  return clients.flatMap((client) => pageOf(ctx, pool, client, ended.sid) ?? [])
}

function pageOf(ctx: Context, pool: Pool, client: Client, sid: string): string | undefined {
  const uri = client.extensions?.Standards?.FrontChannelLogoutUri
  if (!uri || !isOn('FrontChannelLogout', pool, client)) return undefined
  const url = new URL(uri)
  url.searchParams.set('iss', poolIssuer(ctx, pool))
  url.searchParams.set('sid', sid)
  return url.href
}

/** Long enough for most apps, and short enough to wait for. */
const patience = 2

function showPages(koa: ParameterizedContext, pages: string[], next: string): void {
  const origins = [...new Set(pages.map((page) => new URL(page).origin))]
  koa.status = 200
  koa.set({
    Refresh: `${pages.length > 0 ? patience : 0}; url=${next}`,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': `default-src 'none'; frame-src ${origins.join(' ') || "'none'"}; frame-ancestors 'none'; base-uri 'none'`,
  })
  koa.type = 'text/html; charset=utf-8'
  koa.body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign out</title></head><body>
<p><a href="${escapeHtml(next)}">Continue</a></p>
${pages.map((page) => `<iframe src="${escapeHtml(page)}" width="0" height="0" title=""></iframe>`).join('\n')}
</body></html>
`
}
