/**
 * One clock for every node: the database's. What orders two events, a sign-in and its revocation or a code and its use,
 * is compared by times that different nodes wrote, and the clocks of machines differ by seconds.
 *
 * A node asks the database for the time now and then, and counts on from there with the monotonic clock of its process,
 * which no step of the machine's clock moves. What is left of a difference is half a round trip at the most.
 */
import type { Clock } from './context.ts'

export interface DatabaseClock extends Clock {
  /** Asks for the time, then again at intervals. Until the first answer the machine's own clock counts. */
  start(): Promise<void>
  stop(): void
  /** Milliseconds that the machine's clock is ahead of the database's; 0 until it is known. */
  difference(): number
}

export interface DatabaseClockOptions {
  readDatabaseTime: () => Promise<number>
  machineClock: Clock
  /** Where the machine's clock differs by more than a second, and again by another second. */
  onDifference?: (milliseconds: number) => void
  /** A monotonic clock, in milliseconds. */
  monotonic?: () => number
  interval?: number
}

const defaultInterval = 15_000
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
}: DatabaseClockOptions): DatabaseClock {
  let reading: Reading | undefined
  let reported = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const now = () => (reading ? reading.time + monotonic() - reading.at : machineClock.now().getTime())
  const difference = () => (reading ? machineClock.now().getTime() - now() : 0)

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
    const current = difference()
    if (Math.abs(current) >= reportedDifference && Math.abs(current - reported) >= reportedDifference) {
      reported = current
      onDifference?.(Math.round(current))
    }
  }

  function schedule(): void {
    if (stopped) return
    timer = setTimeout(async () => {
      // A database that does not answer is known by other means; the last reading counts on.
      await synchronize().catch(() => {})
      schedule()
    }, interval)
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
