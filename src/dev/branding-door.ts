import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { createPreviewLink } from '../hosted/preview/session.ts'
import { escapeHtml } from '../lib/escape-html.ts'
import { listPreviewClients } from '../pool/branding/preview-store.ts'
import { foreignAsker, refuse } from './dev-guard.ts'

const path = '/_poolhouse/branding'

/** Opens the preview of a style without the command line: the clients there are, and a link for the one that is chosen. */
export function createBrandingDoor(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== path) return next()
    koa.set({
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    })
    const foreign = foreignAsker(ctx, koa)
    if (foreign !== undefined) return refuse(koa, 403, `The preview is not shown to ${foreign}.`)
    if (koa.method !== 'GET') {
      koa.set('Allow', 'GET')
      return refuse(koa, 405, 'Method not allowed.')
    }

    const clients = await listPreviewClients(ctx.db)
    const chosen = clients.length === 1 ? clients[0] : clients.find(({ clientId }) => clientId === koa.query.client)
    if (chosen) {
      koa.status = 303
      return koa.redirect(await createPreviewLink(ctx.db, chosen, ctx.clock.now()))
    }
    koa.type = 'html'
    koa.body = choicePage(clients)
  }
}

function choicePage(clients: Awaited<ReturnType<typeof listPreviewClients>>): string {
  const links = clients.map(
    ({ poolName, clientId, clientName }) =>
      `<li><a href="${path}?client=${encodeURIComponent(clientId)}">${escapeHtml(poolName)}: ${escapeHtml(clientName)}</a></li>`,
  )
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Branding</title>
<link rel="stylesheet" href="/_poolhouse/inbox.css">
</head>
<body>
<header><h1>Branding</h1></header>
<main>
${clients.length === 0 ? '<p>There is no app client yet.</p>' : `<p>Whose login pages?</p>\n<ul>\n${links.join('\n')}\n</ul>`}
</main>
</body>
</html>
`
}
