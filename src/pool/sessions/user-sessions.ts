import type { SessionDescriptionType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { InvalidParameter, ResourceNotFound } from '../../model/errors.ts'
import { cutPage, decodeCursor, encodeCursor } from '../../store/page.ts'
import { addNotices } from '../notices/add-notices.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { requireTracking } from './session-config.ts'
import { tokenSessionId } from './session-id.ts'
import { deleteSsoSession, listSsoSessions, listTokenSessions, revokeTokenSessions } from './session-store.ts'

const pageSize = 125

/** All sessions of a user, the most recently used first. `current` is the session that asks. */
export async function listSessions(
  ctx: Context,
  { pool, user, nextToken, current }: { pool: Pool; user: User; nextToken?: string; current?: string },
): Promise<{ Sessions: SessionDescriptionType[]; NextToken?: string }> {
  requireTracking(pool)
  const scope = `sessions ${pool.id} ${user.id}`
  const start = decodeCursor(ctx, scope, nextToken) as number | undefined
  const all = await describeSessions(ctx, pool, user, current)
  const from = start ?? 0
  const { items, next } = cutPage(all.slice(from, from + pageSize + 1), pageSize, () => from + pageSize)
  return { Sessions: items, NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next) }
}

async function describeSessions(ctx: Context, pool: Pool, user: User, current: string | undefined) {
  const now = ctx.clock.now()
  const [tokens, browsers] = await Promise.all([
    listTokenSessions(ctx.db, pool.id, user.id, now),
    listSsoSessions(ctx.db, pool.id, user.id, now),
  ])
  const open = [
    ...tokens.map((session) => ({
      ...view(session),
      SessionId: tokenSessionId(ctx, pool.id, session.originJti),
      SessionType: 'TOKEN' as const,
      OriginSessionId: session.originSessionId ?? undefined,
      IsCurrentSession: session.originJti === current,
    })),
    ...browsers.map((session) => ({
      ...view(session),
      SessionId: session.id,
      SessionType: 'SSO' as const,
      IsCurrentSession: false,
    })),
  ]
  return open.sort((a, b) => b.LastActiveDate.getTime() - a.LastActiveDate.getTime())
}

interface Described {
  clientId: string | null
  createdAt: Date
  lastActiveAt: Date
  address: string | null
  device: string | null
}

const view = ({ clientId, createdAt, lastActiveAt, address, device }: Described) => ({
  ClientId: clientId ?? undefined,
  CreateDate: createdAt,
  LastActiveDate: lastActiveAt,
  DeviceType: device ?? 'unknown',
  LastIPAddress: address ?? undefined,
  LastLocation: { Country: 'unknown' },
})

/**
 * Ends one session, and with LINKED those connected with it: the browser session that tokens came through, or the
 * tokens that came through a browser session. @throws ResourceNotFoundException, InvalidParameterException for the
 * session that asks
 */
export async function revokeSession(
  ctx: Context,
  input: { pool: Pool; user: User; id: string; linked: boolean; current?: string },
): Promise<void> {
  const { pool, user, id, linked, current } = input
  requireTracking(pool)
  const now = ctx.clock.now()
  const tokens = await listTokenSessions(ctx.db, pool.id, user.id, now)
  const found = tokens.find(({ originJti }) => tokenSessionId(ctx, pool.id, originJti) === id)
  if (found && found.originJti === current) throw new InvalidParameter('The current session cannot be revoked.')

  if (!found) {
    const browsers = await listSsoSessions(ctx.db, pool.id, user.id, now)
    if (!browsers.some((session) => session.id === id)) throw new ResourceNotFound('Session does not exist.')
  }
  const browser = found ? (linked ? found.originSessionId : null) : id
  const ended = found ? [found] : linked ? tokens.filter(({ originSessionId }) => originSessionId === id) : []
  const event = {
    kind: 'session-revoked',
    by: current === undefined ? 'admin' : 'user',
    sid: browser ?? undefined,
  } as const
  await ctx.db.transaction().execute(async (trx) => {
    if (browser) await addNotices(ctx, trx, pool, { userId: user.id, event })
    if (browser) await deleteSsoSession(trx, pool.id, user.id, browser)
    const originJtis = ended.map(({ originJti }) => originJti)
    if (originJtis.length > 0) await revokeTokenSessions(trx, pool.id, originJtis, now)
  })
}
