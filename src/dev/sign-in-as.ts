import type { Middleware, ParameterizedContext } from 'koa'
import { auditCall } from '../administration/audit/audit-call.ts'
import { rootPrincipal } from '../administration/principals/principal.ts'
import type { Context } from '../context.ts'
import { uuidv4 } from '../lib/ids.ts'
import { readBody } from '../lib/request-body.ts'
import { beginSession } from '../oauth/begin-session.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { findUser } from '../pool/users/user.ts'
import { foreignConsole, refuse } from './dev-guard.ts'

const maxBody = 4096

/**
 * Signs this browser in to a pool as any of its users, without a factor: for the console of this machine alone, as the
 * console's own session. The session is at the pool's address below the host that was asked.
 */
export function createSignInAs(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== '/console/sign-in-as') return next()
    koa.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    if (koa.method !== 'POST') {
      koa.set('Allow', 'POST')
      return refuse(koa, 405, 'Method not allowed.')
    }
    const reason = foreignConsole(ctx.config, koa)
    if (reason !== undefined) return refuse(koa, 403, `The console signs in as users ${reason}.`)

    const { userPoolId, username } = await readJson(koa)
    if (typeof userPoolId !== 'string' || typeof username !== 'string')
      return refuse(koa, 400, 'The body has userPoolId and username.')
    const pool = await findPool(ctx, userPoolId)
    const user = pool && (await findUser(ctx.db, pool, username))
    if (!user) return refuse(koa, 404, 'There is no such user.')
    if (!user.enabled) return refuse(koa, 409, 'The user is disabled.')
    await recordSignIn(ctx, koa, { pool, sub: user.id })
    const at = ctx.clock.now().getTime()
    const base = `/${pool.id}`
    const surface = { poolId: pool.id, pool, base, origin: `${koa.protocol}://${koa.host}${base}`, path: '' }
    await beginSession(ctx, koa, surface, { user, proven: { at, factors: [{ name: 'pwd', at }] } })
    koa.body = { address: base }
  }
}

/** In the pool's audit, as a call of the console's key pair. */
async function recordSignIn(ctx: Context, koa: ParameterizedContext, { pool, sub }: { pool: Pool; sub: string }) {
  const { region, credentials } = ctx.config
  const call = auditCall(ctx, {
    service: 'poolhouse',
    operation: { name: 'SignInAsUser', input: '', output: null },
    principal: rootPrincipal(ctx.config, credentials[0]!.accessKeyId),
    poolId: pool.id,
    region,
    clientAddress: koa.ip,
    userAgent: koa.get('User-Agent') || undefined,
    requestId: uuidv4(),
  })
  await call.end({ User: { Attributes: [{ Name: 'sub', Value: sub }] } })
}

async function readJson(koa: ParameterizedContext): Promise<{ userPoolId?: unknown; username?: unknown }> {
  try {
    return JSON.parse((await readBody(koa.req, maxBody)).toString()) ?? {}
  } catch {
    return {}
  }
}
