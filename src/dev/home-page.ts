import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { devLinks } from '../lib/dev-bar.ts'
import { escapeHtml } from '../lib/escape-html.ts'
import { findPool } from '../pool/pools/pool.ts'
import { type Demo, describe as describeDemo, readDemo } from './demo.ts'
import { foreignOrigin } from './dev-guard.ts'
import { devPage, devPageHeaders } from './dev-page.ts'

/** The page at the root of a dev server, which links to everything else. */
export function createHomePage(ctx: Context): Middleware {
  return async (koa, next) => {
    const isRead = koa.method === 'GET' || koa.method === 'HEAD'
    if (koa.path !== '/' || !isRead || koa.accepts('json', 'html') !== 'html') return next()
    if (foreignOrigin(ctx, koa) !== undefined) return next()
    koa.set(devPageHeaders)
    koa.type = 'html'
    koa.body = homePage(ctx, await findDemo(ctx))
  }
}

async function findDemo(ctx: Context): Promise<Demo | undefined> {
  const ids = await readDemo(ctx)
  return ids && (await findPool(ctx, ids.poolId)) && describeDemo(ctx, ids)
}

function homePage({ config }: Context, demo: Demo | undefined): string {
  const { accessKeyId } = config.credentials[0]!
  const cards = [
    config.console && card(devLinks.console.url, 'Console', 'Pools, users, apps and sign-in settings, in the browser.'),
    card(devLinks.inbox.url, 'Inbox', 'Every e-mail and text message that your users get, codes included.'),
    demo && card(devLinks.demo.url, 'Demo app', 'A single-page app that signs in with the demo pool.'),
    card(devLinks.branding.url, 'Branding', 'Every login page in your style, side by side.'),
    card(devLinks.docs.url, 'Docs', 'Quick starts for your framework, testing, and running it in production.'),
  ]
  return devPage({
    at: 'home',
    title: 'Poolhouse is running',
    lead: 'A development server: everything stays on this machine.',
    hasConsole: config.console,
    body: `<ul class="cards">
${cards.filter(Boolean).join('\n')}
</ul>
<h2>For your app</h2>
<dl>
<dt>Endpoint</dt><dd><code>${escapeHtml(config.publicUrl)}</code></dd>
<dt>Region</dt><dd><code>${escapeHtml(config.region)}</code></dd>
<dt>Access key</dt><dd><code>${escapeHtml(accessKeyId)}</code></dd>
${demo ? demoFacts(demo) : ''}
</dl>
<pre tabindex="0" aria-label="A first call">${escapeHtml(firstCall(config.publicUrl, config.region, accessKeyId))}</pre>`,
  })
}

const card = (url: string, title: string, text: string) =>
  `<li><a href="${url}"><strong>${title}</strong><span>${text}</span></a></li>`

const demoFacts = ({ poolId, clientId, username, password }: Demo) => `<dt>Demo pool</dt><dd><code>${poolId}</code></dd>
<dt>Demo client</dt><dd><code>${clientId}</code></dd>
<dt>Demo user</dt><dd><code>${escapeHtml(username)}</code>, password <code>${escapeHtml(password)}</code></dd>`

/** A secret from the environment is never shown; the well-known pair's secret is the same as its key id. */
const firstCall = (url: string, region: string, keyId: string) =>
  `AWS_ACCESS_KEY_ID=${keyId} AWS_SECRET_ACCESS_KEY=${keyId === 'local' ? keyId : '…'} \\
aws cognito-idp list-user-pools --max-results 10 --region ${region} --endpoint-url ${url}`
