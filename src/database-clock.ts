/**
 * One clock for every node: the database's. What orders two events, a sign-in and its revocation or a code and its use,
 * is compared by times that different nodes wrote, and the clocks of machines differ by seconds.
 *
 * A node asks the database for the time now and then, and counts on from there with the monotonic clock of its process,
 * which no step of the machine's clock moves. What is left of a difference is half a round trip at the most. The time of
 * a node never goes back by a new reading: it stands still until the database's has come up to it.
 */
import type { Clock } from './context.ts'

export interface DatabaseClock extends Clock {
  /** Asks for the time, then again at intervals. Until the first answer the machine's own clock counts. */
  start(): Promise<void>
  stop(): void
  /** Milliseconds that the machine's clock is ahead of the database's; undefined until the database has been asked. */
  difference(): number | undefined
}

export interface DatabaseClockOptions {
  readDatabaseTime: () => Promise<number>
  machineClock: Clock
  /** Where the machine's clock differs by more than a second, and again by another second. */
  onDifference?: (milliseconds: number) => void
  /** A monotonic clock, in milliseconds. */
  monotonic?: () => number
  interval?: number
  /** Between attempts at the first reading. */
  retryInterval?: number
}

const defaultInterval = 15_000
const defaultRetryInterval = 1000
/** A database whose clock was set back by more than this is followed at once. */
const maxStandstill = 1000
/** The quickest of so many answers is the most exact one. */
const samples = 3
/** An answer that took longer than this says too little about the moment it was made. */
const maxRoundTrip = 250
const reportedDifference = 1000

interface Reading {
  /** Of the database, at `at` of the monotonic clock. */
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
    // The first of all counts whatever it took: the machine's clock may be further off.
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
        // A database that does not answer is known by other means; the last reading counts on.
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
