import type { Context } from '../context.ts'
import { createDelivery } from '../delivery/delivery.ts'
import { type Message, type MessageKey, messageReference, openMessage } from '../delivery/message.ts'
import type { AttemptOutcome, Place, WayOut } from '../delivery/outbox-signals.ts'
import { claimDue, finishMessage, type OutboxRow, postponeMessage } from '../delivery/outbox-store.ts'
import { type Outcome, postponed, refused } from '../delivery/outcome.ts'
import type { Result } from '../lib/observations.ts'
import { SealBroken } from '../lib/seal.ts'
import { finish } from '../lib/spans.ts'
import { logUndelivered } from '../pool/log-delivery/log-records.ts'
import { findPool } from '../pool/pools/pool.ts'
import { alarm } from './alarm.ts'
import { createHangingAttempts } from './hanging-attempts.ts'
import { sendByFunction } from './sender.ts'

const concurrency = 10
/** How many of them one poll may claim; the rest is reserved for writers. */
const maxConcurrent = 5
/** An attempt is cut off before its claim expires, so two nodes never send the same message at once. */
const attemptLimit = 90_000
const claimFor = 120_000
const pollEvery = 1000
/** A writer wakes the worker inside its transaction. Polls at growing intervals find the row once it has committed. */
const afterWake = [5, 15, 40, 100, 300]
/**
 * An attempt that takes longer than this counts as hanging. Its slot is freed, so that it does not hold up other
 * messages.
 */
const patience = 1000
const backOff = [1, 5, 30, 120, 600, 3600]

export interface Outbox {
  /** Claims no more messages, and waits up to ten seconds for attempts in progress. */
  stop(): Promise<void>
}

/** Delivers due messages for as long as the process runs. Any number of nodes share the work by claiming rows. */
export function startOutbox(ctx: Context): Outbox {
  const delivery = createDelivery(ctx)
  const underWay = new Map<string, Promise<AttemptOutcome>>()
  const hanging = createHangingAttempts()
  const rest = alarm()
  let looks = afterWake.length
  /** Messages announced by writers that no poll has found yet; another node may have claimed them. */
  let awaited = 0
  /** Slots reserved by writers, and slots of a poll in progress. */
  let reserved = 0
  /** More messages are due than there was room for. */
  let behind = false
  /**
   * Every other poll while it is behind takes the newest, so that a new code does not wait behind all that a slow
   * destination has piled up.
   */
  let newestFirst = false
  let stopped = false

  const stopListening = ctx.outbox.onWake(() => {
    looks = 0
    awaited++
    rest.ringWithin(afterWake[0]!)
  })
  const stopReserving = ctx.outbox.onReserve(reserve)
  const work = run()

  return {
    async stop() {
      stopped = true
      stopListening()
      stopReserving()
      rest.ringWithin(0)
      await work
      const patience = alarm()
      await Promise.race([Promise.all(underWay.values()), patience.set(10_000)])
      patience.ringWithin(0)
      delivery.close()
    },
  }

  function free(): number {
    return concurrency - (underWay.size - hanging.size) - reserved
  }

  async function run() {
    while (!stopped) {
      const room = Math.min(free(), maxConcurrent)
      const taken = room > 0 ? await take(room) : 0
      behind = taken === room
      newestFirst = behind && !newestFirst
      if (free() <= 0) await Promise.race([...underWay.values(), rest.set(pollEvery)])
      else if (!behind && !stopped) await restUntilNextLook()
    }
  }

  async function restUntilNextLook(): Promise<void> {
    const look = rest.set(untilNextLook())
    // Messages that wait for a hanging destination are next when an attempt there ends.
    await (hanging.isAnyBlocked() ? Promise.race([...underWay.values(), look]) : look)
  }

  function reserve(message?: WayOut): Place | undefined {
    if (stopped || behind || free() <= 0 || (message && hanging.isBlocked(message))) return undefined
    reserved++
    let isKept = true
    const leave = () => {
      if (!isKept) return
      isKept = false
      reserved--
      if (free() === 1) rest.ringWithin(0)
    }
    const claim = { attempts: 1, until: new Date(ctx.clock.now().getTime() + claimFor) }
    return {
      claim,
      attempt(row) {
        leave()
        return stopped ? undefined : begin({ ...row, attempts: claim.attempts })
      },
      leave,
    }
  }

  function untilNextLook(): number {
    if (looks >= afterWake.length) awaited = 0
    return awaited > 0 ? afterWake[looks++]! : pollEvery
  }

  /** The number of claimed messages. If it equals the room there was, more may be due. */
  async function take(room: number): Promise<number> {
    reserved += room
    try {
      const now = ctx.clock.now()
      const rows = await claimDue(ctx.db, now, new Date(now.getTime() + claimFor), room, {
        except: hanging.blockedLanes(),
        newestFirst,
      })
      awaited = Math.max(0, awaited - rows.filter(({ attempts }) => attempts === 1).length)
      for (const row of rows) begin(row)
      return rows.length
    } catch (error) {
      ctx.log.error({ err: error }, 'the outbox could not be read')
      return 0
    } finally {
      reserved -= room
    }
  }

  function begin(row: OutboxRow): Promise<AttemptOutcome> {
    const reference = messageReference({ poolId: row.pool_id, id: row.id })
    // Only happens if the clock was moved forward during an attempt.
    const begun = underWay.get(reference)
    if (begun) return begun
    const attempt = handle(row).finally(() => underWay.delete(reference))
    underWay.set(reference, attempt)
    return attempt
  }

  async function handle(row: OutboxRow): Promise<AttemptOutcome> {
    const key = { poolId: row.pool_id, id: row.id }
    try {
      const outcome = await attempt(row, key)
      const state = await settle(row, key, outcome)
      ctx.outbox.attempted(messageReference(key), { state })
      return { state }
    } catch (error) {
      ctx.log.error({ err: error, messageId: row.id }, 'the outcome of a message could not be saved')
      return { state: 'queued' }
    }
  }

  async function attempt(row: OutboxRow, key: MessageKey): Promise<Outcome> {
    if (row.expires_at <= ctx.clock.now() || !row.sealed) return refused('expired')
    try {
      const message = openMessage(ctx.keyring, key, row.sealed)
      return await inTrace(row, message, async () => {
        const { sender } = message
        const way = { poolId: key.poolId, medium: row.medium, byFunction: sender !== undefined }
        if (sender) return watched(way, sendByFunction(ctx, message, sender))
        const parcel = { key, medium: row.medium, kind: row.kind, message, createdAt: row.created_at }
        return watched(way, delivery.deliver(parcel, AbortSignal.timeout(attemptLimit)))
      })
    } catch (error) {
      if (error instanceof SealBroken) return refused('unreadable with this master key')
      ctx.log.error({ err: error, messageId: row.id }, 'delivery failed unexpectedly')
      return postponed('internal')
    }
  }

  /** The trace of the request that the message comes from. */
  function inTrace({ pool_id, medium, kind, attempts }: OutboxRow, { trace }: Message, send: () => Promise<Outcome>) {
    if (!ctx.tracing) return send()
    const about = { 'poolhouse.pool_id': pool_id, 'poolhouse.message_kind': kind, 'poolhouse.attempt': attempts }
    return finish(ctx.tracing.begin(`deliver ${medium}`, 'consumer', about, trace ?? {}), async (span) => {
      const outcome = await send()
      span.set({ 'poolhouse.outcome': outcome.kind })
      return outcome
    })
  }

  /** Frees the slot of an attempt once it hangs. */
  async function watched(way: WayOut, sending: Promise<Outcome>): Promise<Outcome> {
    let recovered: (() => void) | undefined
    const timer = setTimeout(() => {
      recovered = hanging.add(way)
      rest.ringWithin(0)
    }, patience)
    timer.unref()
    try {
      return await sending
    } finally {
      clearTimeout(timer)
      recovered?.()
    }
  }

  async function settle(row: OutboxRow, key: MessageKey, outcome: Outcome) {
    const now = ctx.clock.now()
    const observe = (result: Result) => ctx.observe('message', { poolId: key.poolId, medium: row.medium, result })
    const about = { userPoolId: key.poolId, messageId: key.id, medium: row.medium, kind: row.kind }
    if (outcome.kind === 'delivered') {
      await finishMessage(ctx.db, key, 'delivered', null, now)
      observe('success')
      return 'delivered'
    }
    const { reason } = outcome
    const seconds = backOff[Math.min(row.attempts, backOff.length) - 1]!
    const next = new Date(now.getTime() + seconds * 1000)
    if (outcome.kind === 'refused' || next >= row.expires_at) {
      ctx.log.error({ ...about, reason, attempts: row.attempts }, 'a message was not delivered')
      await finishMessage(ctx.db, key, 'dead', reason, now)
      observe('failure')
      const pool = await findPool(ctx, key.poolId)
      if (pool) logUndelivered(ctx, pool, `${row.kind} by ${row.medium} was not delivered: ${reason}`)
      return 'dead'
    }
    ctx.log.warn({ ...about, reason, attempts: row.attempts, next }, 'a message will be retried')
    await postponeMessage(ctx.db, key, row.attempts, reason, next)
    return 'queued'
  }
}
