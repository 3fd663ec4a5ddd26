/**
 * Calls whose note was stored with their change. The record replaces the note a moment later, together with those of
 * other calls. If this process dies in between, the note is in the database; see close-intents.
 */
import type { Context } from '../../context.ts'
import { remembered } from '../../lib/memory.ts'
import { appendRecords, type NotedEvent } from './append-store.ts'
import { type AuditedCall, completeRecord, type Outcome } from './record.ts'
import { recordMac } from './record-mac.ts'
import { exportRecord } from './write-record.ts'

export interface PendingRecord extends NotedEvent {
  chain: string
  noteChain: string
  operation: AuditedCall['operation']
  /** The record as far as it was known before the outcome. */
  open: string
  outcome: Outcome
  /** Set if the call's answer names it; otherwise the note may have found it. */
  userSub: string | undefined
  attempts: number
}

/** Milliseconds that a record waits for others. */
const gatherTime = 200
const retryTime = 1000
/** After that the note stays, and becomes the record of an interrupted call. */
const maxAttempts = 60
const batch = 200
/** Chains written to at the same time. */
const lanes = 2
/** With more than this, calls wait. */
const maxPending = 5000

interface Queue {
  pending: PendingRecord[]
  timer: NodeJS.Timeout | undefined
  running: Promise<void> | undefined
}

const queues = remembered((): Queue => ({ pending: [], timer: undefined, running: undefined }))

/** Queues a record. Resolves once the queue has room for more. */
export async function queueRecord(ctx: Context, record: Omit<PendingRecord, 'attempts'>): Promise<void> {
  const queue = queues(ctx)
  queue.pending.push({ ...record, attempts: 0 })
  flushLater(ctx, queue, gatherTime)
  if (queue.pending.length > maxPending) await flush(ctx, queue)
}

/** Writes the records that wait in this process, as far as possible. */
export async function flushRecords(ctx: Context): Promise<void> {
  const queue = queues(ctx)
  await queue.running
  // Another caller may have begun to write what waited here.
  await (queue.pending.length > 0 ? flush(ctx, queue) : queue.running)
}

function flushLater(ctx: Context, queue: Queue, milliseconds: number): void {
  queue.timer ??= setTimeout(() => {
    queue.timer = undefined
    flush(ctx, queue)
  }, milliseconds)
}

/** One flush runs at a time: later records are written by the next. */
function flush(ctx: Context, queue: Queue): Promise<void> {
  clearTimeout(queue.timer)
  queue.timer = undefined
  queue.running ??= writePending(ctx, queue).finally(() => {
    queue.running = undefined
    if (queue.pending.length > 0) flushLater(ctx, queue, queue.pending[0]!.attempts > 0 ? retryTime : gatherTime)
  })
  return queue.running
}

async function writePending(ctx: Context, queue: Queue): Promise<void> {
  const groups = Map.groupBy(queue.pending, ({ chain, noteChain }) => `${chain} ${noteChain}`)
  queue.pending = []
  const batches = [...groups.values()].flatMap((group) => chunks(group, batch))
  const work = batches.values()
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const records of work) await writeBatch(ctx, queue, records)
    }),
  )
}

async function writeBatch(ctx: Context, queue: Queue, records: PendingRecord[]): Promise<void> {
  try {
    // Without plugins, since these statements are not part of a call whose statements are counted.
    const db = ctx.db.withoutPlugins()
    const appended = await appendRecords(db, records[0]!, records, (event, noted) => {
      const userSub = event.userSub ?? noted
      const record = completeRecord(event.open, event.operation, event.outcome, userSub)
      return { record, mac: recordMac(ctx, record), userSub }
    })
    for (const { event, record, chain, sequence } of appended)
      exportRecord(ctx, { record, eventTime: event.eventTime }, { chain, sequence: String(sequence) })
  } catch (error) {
    ctx.log.warn({ err: error, records: records.length }, 'records could not be written yet')
    for (const record of records) record.attempts++
    queue.pending.push(...records.filter(({ attempts }) => attempts < maxAttempts))
  }
}

function chunks<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}
