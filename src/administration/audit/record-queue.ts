/**
 * Calls whose change has taken their note along: the record takes its place a moment later, together with those of other
 * calls. Whatever happens to this process meanwhile, the note is in the database; see close-intents.
 */
import type { Context } from '../../context.ts'
import { remembered } from '../../lib/memory.ts'
import { appendRecords, type NotedEvent } from './append-store.ts'
import { type AuditedCall, completeRecord, type Outcome } from './record.ts'
import { recordMac } from './record-mac.ts'
import { tellOthers } from './write-record.ts'

export interface PendingRecord extends NotedEvent {
  chain: string
  noteChain: string
  operation: AuditedCall['operation']
  /** What was known before the outcome. */
  open: string
  outcome: Outcome
  /** Where the call has told; else the note knows whom it was about, if anybody. */
  userSub: string | undefined
  attempts: number
}

/** Milliseconds that a record waits for others. */
const gatherTime = 200
const retryTime = 1000
/** Then the note is left to become the record of an interrupted call. */
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

/** Takes a record that must be written soon. Answers once there is room for more. */
export async function queueRecord(ctx: Context, record: Omit<PendingRecord, 'attempts'>): Promise<void> {
  const queue = queues(ctx)
  queue.pending.push({ ...record, attempts: 0 })
  flushLater(ctx, queue, gatherTime)
  if (queue.pending.length > maxPending) await flush(ctx, queue)
}

/** Writes what this process has not written yet, as far as it can. */
export async function flushRecords(ctx: Context): Promise<void> {
  const queue = queues(ctx)
  await queue.running
  if (queue.pending.length > 0) await flush(ctx, queue)
}

function flushLater(ctx: Context, queue: Queue, milliseconds: number): void {
  queue.timer ??= setTimeout(() => {
    queue.timer = undefined
    flush(ctx, queue)
  }, milliseconds)
}

/** One flush at a time: what comes meanwhile is written by the next. */
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
    // Of no call: who counts the statements of calls does not count these.
    const db = ctx.db.withoutPlugins()
    const appended = await appendRecords(db, records[0]!, records, (event, noted) => {
      const userSub = event.userSub ?? noted
      const record = completeRecord(event.open, event.operation, event.outcome, userSub)
      return { record, mac: recordMac(ctx, record), userSub }
    })
    for (const { event, record, chain, sequence } of appended)
      tellOthers(ctx, { record, eventTime: event.eventTime }, { chain, sequence: String(sequence) })
  } catch (error) {
    ctx.log.warn({ err: error, records: records.length }, 'records could not be written yet')
    for (const record of records) record.attempts++
    queue.pending.push(...records.filter(({ attempts }) => attempts < maxAttempts))
  }
}

function chunks<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}
