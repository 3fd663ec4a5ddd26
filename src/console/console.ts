/**
 * Surface 4: the console, a single-page application that is a client of the JSON API. The server only serves its files
 * and its page, which says where to sign in. It has no sessions: calls are authorized by their signature.
 */
import type { Middleware, ParameterizedContext } from 'koa'
import { type OperatorsSignIn, operatorsSignIn } from '../administration/operators/operators-sign-in.ts'
import type { Context } from '../context.ts'
import { isLoopbackName } from '../lib/loopback.ts'
import { consolePage } from './console-page.ts'
import { loadConsoleFiles } from './files.ts'

export function createConsole(ctx: Context): Middleware {
  return async (koa, next) => {
    const isRead = koa.method === 'GET' || koa.method === 'HEAD'
    if (!isRead || !isConsoleHost(ctx, koa)) return next()
    if (koa.path.startsWith(assets)) return serveFile(koa, koa.path.slice(assets.length))
    if (koa.path.startsWith('/console/')) return showConsole(ctx, koa)
    const address = wantsPage(koa) && consoleAddress(koa.path)
    return address ? koa.redirect(address) : next()
  }
}

/** Where the console shows what a browser requests at an address of the API. */
function consoleAddress(path: string): string | undefined {
  if (path === '/' || path === '/console') return '/console/'
  const poolId = poolPath.exec(path)?.[1]
  return poolId && `/console/pools/${poolId}`
}

const assets = '/console/assets/'

const poolPath = /^\/([\w-]{1,45}_[0-9a-zA-Z]{1,20})\/?$/

/** A browser that opens an address, rather than a program that accepts any type. */
const wantsPage = (koa: ParameterizedContext) => koa.accepts('json', 'html') === 'html'

/** The console has an origin of its own: the hosts of pools show that pool's pages, with its branding. */
function isConsoleHost({ config }: Context, koa: ParameterizedContext): boolean {
  if (koa.host === new URL(config.publicUrl).host) return true
  return config.mode === 'dev' && isLoopbackName(koa.hostname) && !koa.hostname.endsWith(`.${config.domainSuffix}`)
}

async function showConsole(ctx: Context, koa: ParameterizedContext): Promise<void> {
  const { entry } = await loadConsoleFiles()
  // Development signs in automatically; calling it there would create the operators' pool.
  const signIn = ctx.config.mode === 'serve' ? await operatorsSignIn(ctx) : undefined
  koa.set(pageHeaders(signIn && new URL(signIn.authorizationEndpoint).origin))
  koa.type = 'text/html; charset=utf-8'
  koa.body = consolePage(entry, settingsOf(ctx, signIn))
}

function settingsOf({ config }: Context, signIn: OperatorsSignIn | undefined): object {
  return {
    mode: config.mode,
    region: config.region,
    accountId: config.accountId,
    publicUrl: config.publicUrl,
    domainSuffix: config.domainSuffix,
    ...(signIn && { signIn: { clientId: signIn.clientId, authorizationEndpoint: signIn.authorizationEndpoint } }),
  }
}

/** Scripts and styles are files of our own; it calls only this origin and the one where operators get their tokens. */
const pageHeaders = (tokenOrigin = '') => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    // The preview of the login pages.
    "frame-src 'self'",
    "font-src 'self'",
    `connect-src 'self' ${tokenOrigin}`.trim(),
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Cache-Control': 'no-store',
})

const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

async function serveFile(koa: ParameterizedContext, name: string): Promise<void> {
  const type = /^[\w.-]+\.(js|css|svg)$/.exec(name)?.[1]
  koa.vary('Accept-Encoding')
  const file = type && (await (await loadConsoleFiles()).read(name, koa.acceptsEncodings('br', 'identity') === 'br'))
  if (!file) return
  koa.set({
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': "default-src 'none'",
  })
  if (file.encoding) koa.set('Content-Encoding', file.encoding)
  koa.type = types[type]!
  koa.body = file.body
  koa.length = file.length
}
