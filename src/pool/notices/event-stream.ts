import type { Context, Db } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import type { StreamStatus } from '../../model/event-stream.ts'
import type { Pool } from '../pools/pool.ts'
import { eventTypes } from './event-types.ts'
import type { StreamEvent, UserEvent } from './notice.ts'
import { insertNotices, type NewNotice } from './notice-store.ts'
import {
  deleteVerifications,
  deleteWaiting,
  listStreams,
  rescheduleWaiting,
  type StreamRow,
  updateStream,
} from './stream-store.ts'

/** An event that its receiver has not taken by then is dropped. */
const pushLifetime = 24 * 3600_000
const pollLifetime = 7 * pushLifetime

/** A stream in which this many events wait is disabled: its receiver has stopped taking them. */
const maxWaiting = 5000

export const streamHeaderSeal = (poolId: string, id: string): string => `event-stream:${poolId}:${id}`

type Target = Pick<StreamRow, 'id' | 'settings' | 'status'>

/** Events of a paused stream are looked at again then, should one have been added while the stream was resumed. */
export const holdUntil = (now: Date): Date => new Date(now.getTime() + 3600_000)

export const isSent = ({ settings, status }: Pick<StreamRow, 'settings' | 'status'>): boolean =>
  settings.method === 'push' && status === 'enabled'

/** What waits for the pool's streams after an event; a stream that is full is disabled. */
export async function streamNotices(
  ctx: Context,
  db: Db,
  pool: Pool,
  { userId, event }: { userId: string; event: UserEvent },
): Promise<NewNotice[]> {
  const streams = await listStreams(db, pool.id, maxWaiting)
  const wanting = streams.filter(({ settings }) => settings.eventsRequested.includes(eventTypes[event.kind]))
  for (const { id } of wanting.filter(({ waiting }) => waiting >= maxWaiting)) {
    ctx.log.warn({ poolId: pool.id, streamId: id }, 'an event stream is disabled because its receiver takes no events')
    await disableFull(ctx, db, pool.id, id)
  }
  return wanting
    .filter(({ waiting }) => waiting < maxWaiting)
    .map((stream) => noticeOf(ctx, pool.id, stream, { userId, event }))
}

async function disableFull(ctx: Context, db: Db, poolId: string, id: string): Promise<void> {
  const reason = `More than ${maxWaiting} events were waiting.`
  const stream = await changeStatus(ctx, db, poolId, id, { status: 'disabled', reason })
  const event: StreamEvent = { kind: 'stream-updated', status: 'disabled', reason }
  // It is sent although the stream is disabled.
  if (stream) await insertNotices(db, [noticeOf(ctx, poolId, { ...stream, status: 'enabled' }, { event })])
}

/** Queues a verification, in place of one that still waits: whoever asks again no longer expects the older one. */
export async function addVerification(ctx: Context, poolId: string, stream: Target, state?: string): Promise<void> {
  const event: StreamEvent = { kind: 'verification', ...(state !== undefined && { state }) }
  await ctx.db.transaction().execute(async (trx) => {
    await deleteVerifications(trx, poolId, stream.id)
    await insertNotices(trx, [noticeOf(ctx, poolId, stream, { event })])
  })
}

function noticeOf(
  ctx: Context,
  poolId: string,
  stream: Target,
  about: { userId: string; event: UserEvent } | { event: StreamEvent },
): NewNotice {
  const now = ctx.clock.now()
  const expires = new Date(now.getTime() + (stream.settings.method === 'push' ? pushLifetime : pollLifetime))
  const at = Math.floor(now.getTime() / 1000)
  return {
    pool_id: poolId,
    id: uuidv7(now),
    stream_id: stream.id,
    notice: { kind: 'stream-event', streamId: stream.id, at, ...about },
    created_at: now,
    expires_at: expires,
    next_attempt_at: isSent(stream) ? now : stream.settings.method === 'push' ? holdUntil(now) : expires,
  }
}

/** A paused stream keeps its events, a disabled one does not. */
export async function changeStatus(
  ctx: Context,
  db: Db,
  poolId: string,
  id: string,
  { status, reason }: { status: StreamStatus; reason?: string },
): Promise<StreamRow | undefined> {
  const changes = { status, status_reason: reason ?? null, updated_at: ctx.clock.now() }
  const stream = await updateStream(db, poolId, id, changes)
  if (!stream) return undefined
  if (status === 'disabled') await deleteWaiting(db, poolId, id)
  else await rescheduleWaiting(db, poolId, id, isSent(stream))
  return stream
}
