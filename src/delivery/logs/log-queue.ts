import type { Logger } from 'pino'
import { batchLimits, type Destination, type LogRecord, recordOverhead, type SendBatch } from './destination.ts'

export interface LogQueue {
  add(destination: Destination, record: LogRecord): void
  /** Attempts to deliver everything that waits, without waiting for a retry time. */
  flush(): Promise<void>
  /** Makes a last attempt to deliver what waits. */
  close(): Promise<void>
}

interface Line {
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
  const lines = new Map<string, Line>()
  let closed = false

  function lineOf(destination: Destination): Line {
    const key = `${destination.poolId} ${destination.arn} ${destination.stream ?? ''}`
    let line = lines.get(key)
    if (!line) {
      line = { destination, waiting: [], failures: 0, dropped: 0 }
      lines.set(key, line)
    }
    return line
  }

  function schedule(line: Line): void {
    if (line.timer || line.sending || closed || line.waiting.length === 0) return
    const wait = line.failures === 0 ? every : backOff[line.failures - 1]!
    line.timer = setTimeout(() => deliver(line), wait)
    line.timer.unref()
  }

  function deliver(line: Line): Promise<void> {
    clearTimeout(line.timer)
    line.timer = undefined
    line.sending ??= empty(line).finally(() => {
      line.sending = undefined
      schedule(line)
    })
    return line.sending
  }

  /** Sends batch after batch until one fails. */
  async function empty(line: Line): Promise<void> {
    while (line.waiting.length > 0) {
      const batch = takeBatch(line)
      try {
        const left = await send(line.destination, batch)
        if (left.length > 0) return failed(line, left, 'not all records were taken')
        line.failures = 0
      } catch (error) {
        return failed(line, batch, error instanceof Error ? error.name : 'unknown')
      }
    }
  }

  function failed(line: Line, left: LogRecord[], reason: string): void {
    const { poolId, arn } = line.destination
    line.failures++
    const givenUp = line.failures > backOff.length
    if (givenUp) {
      const lost = left.length + line.waiting.length
      log.error({ userPoolId: poolId, destination: arn, reason, lost }, 'log records were not delivered')
      line.waiting = []
      line.failures = 0
      return
    }
    log.warn({ userPoolId: poolId, destination: arn, reason, attempt: line.failures }, 'log records wait')
    line.waiting.unshift(...left)
    trim(line)
  }

  function trim(line: Line): void {
    const surplus = line.waiting.length - capacity
    if (surplus <= 0) return
    line.waiting.splice(0, surplus)
    const { poolId, arn } = line.destination
    if (line.dropped === 0)
      log.error({ userPoolId: poolId, destination: arn }, 'too many log records wait: some are lost')
    line.dropped += surplus
  }

  async function flush(): Promise<void> {
    await Promise.all([...lines.values()].map((line) => deliver(line)))
  }

  return {
    add(destination, record) {
      const line = lineOf(destination)
      line.waiting.push(record)
      trim(line)
      if (line.waiting.length >= batchLimits[destination.service].records && line.failures === 0) deliver(line)
      else schedule(line)
    },
    flush,
    async close() {
      closed = true
      await flush()
      for (const line of lines.values()) clearTimeout(line.timer)
    },
  }
}

function takeBatch({ destination, waiting }: Line): LogRecord[] {
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
