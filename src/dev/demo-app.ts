import { readFile } from 'node:fs/promises'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { devBar } from '../lib/dev-bar.ts'
import { installed } from '../lib/installed.ts'
import { findClient } from '../pool/clients/client.ts'
import { findPool, poolIssuer } from '../pool/pools/pool.ts'
import { type DemoIds, readDemo, totpCode, totpUsername } from './demo.ts'
import { foreignOrigin, refuse } from './dev-guard.ts'

const views = installed('views/dev/')

// The browser build that the package ships.
const library = new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts'))

const files: Record<string, { type: string; url: URL }> = {
  '': { type: 'html', url: new URL('demo.html', views) },
  'demo.js': { type: 'js', url: new URL('demo.js', views) },
  'demo.css': { type: 'css', url: new URL('demo.css', views) },
  'oidc-client-ts.js': { type: 'js', url: library },
}

const base = '/_poolhouse/demo/'

/** The demo's apps are the same page in different folders, each with its own client. */
const apps: Record<string, keyof DemoIds> = { '': 'clientId', 'passwordless/': 'passwordless', 'branded/': 'branded' }

/** The demo apps of a dev server: static files that sign in to the demo pool as any app would. */
export function createDemoApp(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path === base.slice(0, -1)) return koa.redirect(base)
    if (!koa.path.startsWith(base) || !['GET', 'HEAD'].includes(koa.method)) return next()
    const [, app = '', name = ''] = /^((?:passwordless|branded)\/)?(.*)$/.exec(koa.path.slice(base.length)) ?? []
    koa.set('Cache-Control', 'no-store')
    koa.set('X-Content-Type-Options', 'nosniff')
    koa.set('Referrer-Policy', 'no-referrer')
    if (name === 'config.json') return answerConfig(ctx, koa, apps[app]!, next)
    const file = Object.hasOwn(files, name) ? files[name] : undefined
    if (!file) return next()
    koa.set(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    koa.type = file.type
    koa.body = await readFile(file.url)
    if (file.type === 'html') koa.body = String(koa.body).replace('<!-- bar -->', devBar('demo', ctx.config.console))
  }
}

async function answerConfig(
  ctx: Context,
  koa: ParameterizedContext,
  app: keyof DemoIds,
  next: () => Promise<void>,
): Promise<void> {
  // It contains the service's secret and the authenticator app's codes.
  if (foreignOrigin(ctx, koa) !== undefined) return refuse(koa, 403, 'The demo is not for other sites.')
  const config = await demoConfig(ctx, app)
  if (!config) return next()
  koa.body = config
}

interface DemoConfig {
  authority: string
  client_id: string
  pool: string
  url: string
  region: string
  /** The demo's other apps; empty in a demo created by an older release. */
  more?: {
    service: { id: string; secret: string }
    /** The user with an authenticator app, the current code, and how many seconds it is still valid. */
    totp: { username: string; code: string; seconds: number }
  }
}

/** Undefined if the server has no demo pool, or no such app. */
async function demoConfig(ctx: Context, app: keyof DemoIds): Promise<DemoConfig | undefined> {
  const demo = await readDemo(ctx)
  const pool = demo && (await findPool(ctx, demo.poolId))
  const clientId = demo?.[app]
  if (!pool || !clientId) return undefined
  const { publicUrl, region } = ctx.config
  const common = { authority: poolIssuer(ctx, pool), client_id: clientId, pool: pool.id, url: publicUrl, region }
  const service = demo.service && (await findClient(ctx, demo.service))?.client
  if (!service || !demo.totp) return common
  const now = ctx.clock.now()
  const totp = {
    username: totpUsername,
    code: await totpCode(demo.totp, now),
    seconds: 30 - (Math.floor(now.getTime() / 1000) % 30),
  }
  return { ...common, more: { service: { id: service.id, secret: service.secrets[0]!.secret }, totp } }
}
