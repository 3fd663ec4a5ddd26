import type { Middleware, ParameterizedContext } from 'koa'
import { routeOf } from '../access-log.ts'
import type { Context } from '../context.ts'
import { factsOf } from '../lib/request-facts.ts'
import { quoted, type Refused } from './hints/hint.ts'
import { errorOf } from './hints/oauth-hint.ts'

const toOAuth = /\/(?:oauth2\/[\w/-]{1,60}|(?:authorize|login|logout|signup|\.well-known\/[\w-]{1,60})\/?)$/i

/** Errors that are part of normal operation, such as a user who has not signed in yet. */
const routineErrors = new Set<string | undefined>([
  'login_required',
  'interaction_required',
  'consent_required',
  'authorization_pending',
  'slow_down',
])

/**
 * Logs a line for each refused call of an app, with a hint for its developer and without any token, secret or password.
 * The answer does not wait for it. Undefined if nobody would see the lines.
 */
export function createRefusalLog(ctx: Context): Middleware | undefined {
  if (!ctx.log.isLevelEnabled('warn')) return undefined
  return async (koa, next) => {
    await next()
    const refused = refusedIn(koa)
    if (refused) void report(ctx, refused)
  }
}

function refusedIn(koa: ParameterizedContext): Refused | undefined {
  const isCall = koa.path === '/' && koa.method === 'POST'
  if (!isCall && !toOAuth.test(koa.path)) return undefined
  const { response } = koa
  const { status } = response
  const location = response.get('Location') || undefined
  const error = errorOf({ body: response.body, location })
  if ((status < 400 && error === undefined) || routineErrors.has(error)) return undefined
  const { method, path, host } = koa
  const headers = { authorization: koa.get('authorization') || undefined, 'x-amz-target': koa.get('x-amz-target') }
  const query = new URLSearchParams(koa.querystring)
  return { method, path, host, query, headers, facts: factsOf(koa), status, body: response.body, location }
}

async function report(ctx: Context, refused: Refused): Promise<void> {
  const { facts, method, path, status } = refused
  const isCall = path === '/'
  const { requestId, poolId, clientId, refusal, sts } = facts
  const target = /^\w{1,60}\.(\w{1,80})$/.exec(refused.headers['x-amz-target'] ?? '')?.[1]
  const operation = sts ? quoted(sts.form?.get('Action') ?? '') : target
  // A failure here must not matter: the server may be closing.
  const hint = await hintOf(ctx, refused).catch(() => undefined)
  ctx.log.warn(
    {
      ...(isCall ? { operation } : { method, route: routeOf(path) }),
      status,
      error: sts?.code ?? refusal?.type ?? errorOf(refused),
      reason: sts?.reason ?? refusal?.reason,
      poolId,
      clientId,
      requestId,
      hint,
    },
    isCall ? 'a call was refused' : 'a request was refused',
  )
}

async function hintOf(ctx: Context, refused: Refused): Promise<string | undefined> {
  if (refused.facts.sts) return (await import('./hints/sts-hint.ts')).stsHint(ctx, refused)
  if (refused.path === '/') return (await import('./hints/call-hint.ts')).callHint(ctx, refused)
  return (await import('./hints/oauth-hint.ts')).oauthHint(ctx, refused)
}
