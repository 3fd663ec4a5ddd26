import type { Logger } from 'pino'
import { batchLimits, type Destination, type LogRecord, recordOverhead, type SendBatch } from './destination.ts'

export interface LogQueue {
  add(destination: Destination, record: LogRecord): void
  /** Attempts to deliver everything that waits, without waiting for a retry time. */
  flush(): Promise<void>
  /** Makes a last attempt to deliver what waits. */
  close(): Promise<void>
}

interface Backlog {
  destination: Destination
  waiting: LogRecord[]
  timer?: NodeJS.Timeout
  sending?: Promise<void>
  failures: number
  dropped: number
}

export interface LogQueueOptions {
  /** Milliseconds a batch collects records while the destination accepts them. */
  every?: number
  /**
   * Milliseconds until the next attempt after the first, second, … consecutive failure; after the last one, waiting
   * records are dropped.
   */
  backOff?: number[]
  /** Max records waiting for one destination; the oldest are dropped first. */
  capacity?: number
}

/**
 * An in-memory queue of records. Delivery is best effort, as on the service, and no sign-in waits for it. A slow, full
 * or missing destination doesn't block the others.
 */
export function createLogQueue(send: SendBatch, log: Logger, options: LogQueueOptions = {}): LogQueue {
  const { every = 1000, backOff = [1000, 5000, 30_000, 120_000], capacity = 20_000 } = options
  const backlogs = new Map<string, Backlog>()
  let closed = false

  function backlogOf(destination: Destination): Backlog {
    const key = `${destination.poolId} ${destination.arn} ${destination.stream ?? ''}`
    let backlog = backlogs.get(key)
    if (!backlog) {
      backlog = { destination, waiting: [], failures: 0, dropped: 0 }
      backlogs.set(key, backlog)
    }
    return backlog
  }

  function schedule(backlog: Backlog): void {
    if (backlog.timer || backlog.sending || closed || backlog.waiting.length === 0) return
    const wait = backlog.failures === 0 ? every : backOff[backlog.failures - 1]!
    backlog.timer = setTimeout(() => deliver(backlog), wait)
    backlog.timer.unref()
  }

  function deliver(backlog: Backlog): Promise<void> {
    clearTimeout(backlog.timer)
    backlog.timer = undefined
    backlog.sending ??= empty(backlog).finally(() => {
      backlog.sending = undefined
      schedule(backlog)
    })
    return backlog.sending
  }

  /** Sends batch after batch until one fails. */
  async function empty(backlog: Backlog): Promise<void> {
    while (backlog.waiting.length > 0) {
      const batch = takeBatch(backlog)
      try {
        const left = await send(backlog.destination, batch)
        if (left.length > 0) return failed(backlog, left, 'not all records were taken')
        backlog.failures = 0
      } catch (error) {
        return failed(backlog, batch, error instanceof Error ? error.name : 'unknown')
      }
    }
  }

  function failed(backlog: Backlog, left: LogRecord[], reason: string): void {
    const { poolId, arn } = backlog.destination
    backlog.failures++
    const givenUp = backlog.failures > backOff.length
    if (givenUp) {
      const lost = left.length + backlog.waiting.length
      log.error({ userPoolId: poolId, destination: arn, reason, lost }, 'log records were not delivered')
      backlog.waiting = []
      backlog.failures = 0
      return
    }
    log.warn({ userPoolId: poolId, destination: arn, reason, attempt: backlog.failures }, 'log records will be retried')
    backlog.waiting.unshift(...left)
    trim(backlog)
  }

  function trim(backlog: Backlog): void {
    const surplus = backlog.waiting.length - capacity
    if (surplus <= 0) return
    backlog.waiting.splice(0, surplus)
    const { poolId, arn } = backlog.destination
    if (backlog.dropped === 0)
      log.error({ userPoolId: poolId, destination: arn }, 'too many log records are waiting: the oldest were dropped')
    backlog.dropped += surplus
  }

  async function flush(): Promise<void> {
    await Promise.all([...backlogs.values()].map((backlog) => deliver(backlog)))
  }

  return {
    add(destination, record) {
      const backlog = backlogOf(destination)
      backlog.waiting.push(record)
      trim(backlog)
      if (backlog.waiting.length >= batchLimits[destination.service].records && backlog.failures === 0) deliver(backlog)
      else schedule(backlog)
    },
    flush,
    async close() {
      closed = true
      await flush()
      for (const backlog of backlogs.values()) clearTimeout(backlog.timer)
    },
  }
}

function takeBatch({ destination, waiting }: Backlog): LogRecord[] {
  const { records, bytes } = batchLimits[destination.service]
  let count = 0
  let size = 0
  for (const { text } of waiting) {
    size += Buffer.byteLength(text) + recordOverhead
    if (count > 0 && (size > bytes || count >= records)) break
    count++
  }
  return waiting.splice(0, count).sort((a, b) => a.at - b.at)
}
