import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { randomToken } from '../lib/ids.ts'
import { caller } from '../pool/sessions/caller.ts'
import { ssoSessionId } from '../pool/sessions/session-id.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import type { User } from '../pool/users/user.ts'
import { cookiesOf } from './cookies.ts'
import { insertRecord } from './new-record-store.ts'
import { packProven, sessionLifetime } from './session.ts'
import type { Surface } from './surface.ts'

/** Begins a browser session as the engine would where a sign-in ends, without a request of an app. */
export async function beginSession(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  { user, proven }: { user: User; proven: Proven },
): Promise<void> {
  const [id, uid] = [randomToken(32), randomToken(32)]
  const loginTs = Math.floor(proven.at / 1000)
  const payload = {
    iat: loginTs,
    exp: loginTs + sessionLifetime,
    kind: 'Session',
    jti: id,
    uid,
    accountId: user.id,
    loginTs,
    amr: packProven(proven),
  }
  const session = { id: ssoSessionId(ctx, surface.poolId, uid), ...caller(koa.ip, koa.get('user-agent')) }
  await insertRecord(ctx, { poolId: surface.poolId, model: 'Session', id, lifetime: sessionLifetime, payload, session })
  const jar = cookiesOf(surface)
  koa.cookies.set(jar.session, id, jar.options)
}
