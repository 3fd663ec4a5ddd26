import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { escapeHtml } from '../lib/escape-html.ts'
import { createPreviewLink } from '../pool/branding/preview-link.ts'
import { listPreviewClients } from '../pool/branding/preview-store.ts'
import { foreignOrigin, refuse } from './dev-guard.ts'
import { devPage, devPageHeaders } from './dev-page.ts'

const path = '/_poolhouse/branding'

/** Opens the preview of a branding without the command line: lists the clients, and makes a link for the chosen one. */
export function createBrandingDoor(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== path) return next()
    koa.set(devPageHeaders)
    const foreign = foreignOrigin(ctx, koa)
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
    koa.body = choicePage(clients, ctx.config.console)
  }
}

function choicePage(clients: Awaited<ReturnType<typeof listPreviewClients>>, hasConsole: boolean): string {
  const cards = clients.map(
    ({ poolName, clientId, clientName }) =>
      `<li><a href="${path}?client=${encodeURIComponent(clientId)}"><strong>${escapeHtml(clientName)}</strong><span>${escapeHtml(poolName)}</span></a></li>`,
  )
  return devPage({
    at: 'branding',
    title: 'Branding',
    lead: 'Whose login pages?',
    hasConsole,
    body:
      clients.length === 0
        ? '<p class="empty">There is no app client yet.</p>'
        : `<ul class="cards">\n${cards.join('\n')}\n</ul>`,
  })
}
