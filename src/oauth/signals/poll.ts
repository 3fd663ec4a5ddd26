import { setTimeout as sleep } from 'node:timers/promises'
import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { remembered } from '../../lib/memory.ts'
import type { Notice } from '../../pool/notices/notice.ts'
import { deleteEvents, type StreamRow, waitingEvents } from '../../pool/notices/stream-store.ts'
import { streamEventToken } from '../../pool/tokens/security-event.ts'
import { isObject, type Members } from './body.ts'
import { type Answer, type Call, requireStream } from './receiver.ts'
import { invalidRequest } from './signals-error.ts'

/** Each event of an answer is signed. */
const maxEvents = 100
const maxAcknowledged = 1000

/** Milliseconds that a poll waits for an event: less than a server that stops gives its last requests. */
const maxWait = 8000
const pause = 1000
/** Polls that wait at once on this node; others are answered at once. */
const maxWaiting = 200

const waitingPolls = remembered(() => new Set<string>())

/** POST (RFC 8936): what the receiver acknowledges is deleted, and the oldest events are sent, until they are. */
export async function poll({ ctx, koa, owner, members }: Call): Promise<Answer> {
  const stream = await requireStream(ctx, owner, koa.path.split('/').at(-1))
  if (stream.settings.method !== 'poll') throw invalidRequest('The events of this stream are pushed.')
  const { acknowledged, errors, count, isImmediate } = readPoll(members)
  for (const [jti, error] of errors)
    ctx.log.warn({ poolId: owner.pool.id, streamId: stream.id, jti, error }, 'a receiver refused an event')
  const taken = [...acknowledged, ...errors.map(([jti]) => jti)]
  if (taken.length > 0) await deleteEvents(ctx.db, owner.pool.id, stream.id, taken)
  const found = await eventsOf(ctx, koa, stream, { count, isImmediate })
  const sent = found.slice(0, count)
  const tokens = await Promise.all(
    sent.map(async ({ id, notice }) => {
      const event = notice as Extract<Notice, { kind: 'stream-event' }>
      return [id, await streamEventToken(ctx, owner, id, event)] as const
    }),
  )
  return { status: 200, body: { sets: Object.fromEntries(tokens), moreAvailable: found.length > count } }
}

interface Wanted {
  count: number
  isImmediate: boolean
}

/** One more than is wanted, where there are more. */
async function eventsOf(ctx: Context, koa: ParameterizedContext, stream: StreamRow, { count, isImmediate }: Wanted) {
  // A paused stream holds its events back.
  const read = async () =>
    stream.status === 'paused'
      ? []
      : waitingEvents(ctx.db, stream.pool_id, stream.id, { now: ctx.clock.now(), count: count + 1 })
  const found = await read()
  const waiting = waitingPolls(ctx)
  if (isImmediate || count === 0 || found.length > 0 || waiting.has(stream.id) || waiting.size >= maxWaiting)
    return found
  waiting.add(stream.id)
  try {
    for (let waited = 0; waited < maxWait && !koa.res.destroyed; waited += pause) {
      await sleep(pause)
      const later = await read()
      if (later.length > 0) return later
    }
    return []
  } finally {
    waiting.delete(stream.id)
  }
}

function readPoll({ maxEvents: wanted = maxEvents, returnImmediately = false, ack = [], setErrs = {} }: Members) {
  if (!Number.isInteger(wanted) || (wanted as number) < 0) throw invalidRequest('maxEvents must be a number.')
  if (typeof returnImmediately !== 'boolean') throw invalidRequest('returnImmediately must be true or false.')
  if (!Array.isArray(ack) || !ack.every((jti) => typeof jti === 'string'))
    throw invalidRequest('ack must be a list of ids.')
  if (!isObject(setErrs)) throw invalidRequest('setErrs must be an object.')
  const errors = Object.entries(setErrs).filter(([jti]) => isUuid(jti))
  if (ack.length + errors.length > maxAcknowledged)
    throw invalidRequest(`At most ${maxAcknowledged} events are acknowledged at once.`)
  return {
    // Ids that are none of ours name no event.
    acknowledged: ack.filter(isUuid) as string[],
    errors: errors.map(([jti, error]) => [jti, codeOf(error)] as const),
    count: Math.min(wanted as number, maxEvents),
    isImmediate: returnImmediately,
  }
}

/** For the log. */
const codeOf = (error: unknown): string =>
  isObject(error) && typeof error.err === 'string' ? error.err.slice(0, 100) : 'unknown'
