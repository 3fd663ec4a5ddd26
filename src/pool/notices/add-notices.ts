import type { Context, Db } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { type EventReceiver, isOn } from '../../model/extensions.ts'
import { type Client, clientAt } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { streamNotices } from './event-stream.ts'
import { endsSessions, type Notice, type UserEvent } from './notice.ts'
import { insertNotices } from './notice-store.ts'
import { clientsSignedIn, type EndedSession } from './signed-in-store.ts'

/** A receiver that has not accepted a notice by then does not get it. */
const lifetime = 24 * 3600_000

export const eventReceivers = (pool: Pool): EventReceiver[] => pool.extensions?.Standards?.EventReceivers ?? []

/** Whether the pool has receivers of notices. Pools without any pay nothing for them. */
export const isListenedTo = (pool: Pool): boolean =>
  isOn('BackChannelLogout', pool) || isOn('SharedSignals', pool) || eventReceivers(pool).length > 0

/**
 * Queues the notices, within the change's transaction where `db` is one. It runs before the change, because afterwards
 * the user's sessions are gone. A job delivers them, so that the call does not wait for apps.
 */
export async function addNotices(
  ctx: Context,
  db: Db,
  pool: Pool,
  { userId, event }: { userId: string; event: UserEvent },
): Promise<void> {
  if (!isListenedTo(pool)) return
  const logouts =
    endsSessions(event) && isOn('BackChannelLogout', pool) ? await logoutsOf(ctx, db, pool, userId, event) : []
  const now = ctx.clock.now()
  const events = eventReceivers(pool).map(({ Uri, Audience }): Notice => {
    const at = Math.floor(now.getTime() / 1000)
    return { kind: 'security-event', userId, uri: Uri, audience: Audience ?? Uri, event, at }
  })
  const pushed = [...logouts, ...events].map((notice) => ({
    pool_id: pool.id,
    id: uuidv7(now),
    notice,
    created_at: now,
    expires_at: new Date(now.getTime() + lifetime),
  }))
  const ofStreams = isOn('SharedSignals', pool) ? await streamNotices(ctx, db, pool, { userId, event }) : []
  const rows = [...pushed, ...ofStreams]
  if (rows.length > 0) await insertNotices(db, rows)
}

async function logoutsOf(ctx: Context, db: Db, pool: Pool, userId: string, event: UserEvent): Promise<Notice[]> {
  const sid = event.kind === 'session-revoked' ? event.sid : undefined
  const clients = await appsSignedIn(ctx, db, pool, { poolId: pool.id, userId, sid })
  return clients
    .filter((client) => client.extensions?.Standards?.BackChannelLogoutUri && isOn('BackChannelLogout', pool, client))
    .map(({ id }) => ({ kind: 'back-channel-logout', userId, clientId: id, sid }))
}

/** The apps that a user is signed in to. */
export async function appsSignedIn(ctx: Context, db: Db, pool: Pool, ended: EndedSession): Promise<Client[]> {
  const rows = await clientsSignedIn(db, ended, ctx.clock.now())
  // On the caller's connection: a transaction that waits for a second one could deadlock with itself.
  const known = { ...ctx, db }
  const clients = await Promise.all(rows.map(({ clientId, revision }) => clientAt(known, pool.id, clientId, revision)))
  return clients.filter((client) => client !== undefined)
}

/** Runs a change of one statement, in one transaction with its notices if there may be any. */
export async function withNotices<T>(
  ctx: Context,
  pool: Pool,
  notice: { userId: string; event: UserEvent },
  change: (db: Db) => Promise<T>,
): Promise<T> {
  if (!isListenedTo(pool)) return change(ctx.db)
  return ctx.db.transaction().execute(async (trx) => {
    await addNotices(ctx, trx, pool, notice)
    return change(trx)
  })
}
