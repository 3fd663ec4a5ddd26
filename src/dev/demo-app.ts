import { readFile } from 'node:fs/promises'
import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { installed } from '../lib/installed.ts'
import { findPool, poolIssuer } from '../pool/pools/pool.ts'
import { readDemo } from './demo.ts'

const views = installed('views/dev/')

// The library as its package ships it for browsers.
const library = new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts'))

const files: Record<string, { type: string; url: URL }> = {
  '': { type: 'html', url: new URL('demo.html', views) },
  'demo.js': { type: 'js', url: new URL('demo.js', views) },
  'demo.css': { type: 'css', url: new URL('demo.css', views) },
  'oidc-client-ts.js': { type: 'js', url: library },
}

const base = '/_poolhouse/demo/'

/** The demo app of a dev server: static files that sign in to the demo pool as any app would. */
export function createDemoApp(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path === base.slice(0, -1)) return koa.redirect(base)
    if (!koa.path.startsWith(base) || !['GET', 'HEAD'].includes(koa.method)) return next()
    const name = koa.path.slice(base.length)
    koa.set('Cache-Control', 'no-store')
    koa.set('X-Content-Type-Options', 'nosniff')
    koa.set('Referrer-Policy', 'no-referrer')

    if (name === 'config.json') {
      const config = await demoConfig(ctx)
      if (!config) return next()
      koa.body = config
      return
    }
    const file = Object.hasOwn(files, name) ? files[name] : undefined
    if (!file) return next()
    koa.set(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    koa.type = file.type
    koa.body = await readFile(file.url)
  }
}

/** Undefined where the server has no demo pool. */
async function demoConfig(ctx: Context): Promise<{ authority: string; client_id: string } | undefined> {
  const demo = await readDemo(ctx)
  const pool = demo && (await findPool(ctx, demo.poolId))
  return pool && { authority: poolIssuer(ctx, pool), client_id: demo.clientId }
}
