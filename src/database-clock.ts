/**
 * One clock for every node: the database's. The order of two events, such as a sign-in and its revocation or a code and
 * its use, is decided by timestamps that different nodes wrote, and the clocks of machines differ by seconds.
 *
 * A node asks the database for the time at intervals, and counts on from there with its process's monotonic clock, which
 * adjustments of the system clock don't affect. The remaining error is half a round trip at most. A node's time never
 * goes back after a new reading: it stands still until the database's time has caught up.
 */
import type { Clock } from './context.ts'

export interface DatabaseClock extends Clock {
  /** Asks for the time, then again at intervals. Until the first answer the machine's own clock is used. */
  start(): Promise<void>
  stop(): void
  /** Milliseconds that the machine's clock is ahead of the database's; undefined until the first reading. */
  difference(): number | undefined
}

export interface DatabaseClockOptions {
  readDatabaseTime: () => Promise<number>
  machineClock: Clock
  /** Called when the machine's clock differs by more than a second, and again for each further second. */
  onDifference?: (milliseconds: number) => void
  /** A monotonic clock, in milliseconds. */
  monotonic?: () => number
  interval?: number
  /** Pause between attempts at the first reading. */
  retryInterval?: number
}

const defaultInterval = 15_000
const defaultRetryInterval = 1000
/** If the database's clock was set back by more than this, it is followed at once. */
const maxStandstill = 1000
/** Number of queries per reading; the fastest answer is the most accurate. */
const samples = 3
/** A slower answer says too little about when it was made. */
const maxRoundTrip = 250
const reportedDifference = 1000

interface Reading {
  /** The database's time when the monotonic clock was `at`. */
  time: number
  at: number
  roundTrip: number
}

export function createDatabaseClock({
  readDatabaseTime,
  machineClock,
  onDifference,
  monotonic = () => performance.now(),
  interval = defaultInterval,
  retryInterval = defaultRetryInterval,
}: DatabaseClockOptions): DatabaseClock {
  let reading: Reading | undefined
  let latest = 0
  let reported = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const timeOf = ({ time, at }: Reading) => time + monotonic() - at
  const difference = () => reading && machineClock.now().getTime() - timeOf(reading)

  function now(): number {
    const time = reading ? timeOf(reading) : machineClock.now().getTime()
    latest = latest - time > maxStandstill ? time : Math.max(latest, time)
    return latest
  }

  async function read(): Promise<Reading> {
    const sent = monotonic()
    const time = await readDatabaseTime()
    const at = monotonic()
    const roundTrip = at - sent
    return { time: time + roundTrip / 2, at, roundTrip }
  }

  async function synchronize(): Promise<void> {
    let best = await read()
    for (let sample = 1; sample < samples && !stopped; sample++) {
      const next = await read()
      if (next.roundTrip < best.roundTrip) best = next
    }
    // The first reading counts however long it took: the machine's clock may be further off.
    if (!reading || best.roundTrip <= maxRoundTrip) reading = best
    report()
  }

  function report(): void {
    const current = difference() ?? 0
    if (Math.abs(current) >= reportedDifference && Math.abs(current - reported) >= reportedDifference) {
      reported = current
      onDifference?.(Math.round(current))
    }
  }

  function schedule(): void {
    if (stopped) return
    timer = setTimeout(
      async () => {
        // An unavailable database is detected elsewhere; the last reading stays in use.
        await synchronize().catch(() => {})
        schedule()
      },
      reading ? interval : retryInterval,
    )
    timer.unref()
  }

  return {
    now: () => new Date(now()),
    difference,
    async start() {
      await synchronize().catch(() => {})
      schedule()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
