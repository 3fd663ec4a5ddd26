import type { Clock } from '../../src/context.ts'

/** A clock that a test moves. It starts at the wall's time and runs with it. */
export interface TestClock extends Clock {
  advance(by: { seconds?: number; minutes?: number; hours?: number; days?: number }): void
  /** Holds the time, however long the work under test takes, until it is advanced. */
  hold(): void
}

export function testClock(): TestClock {
  let offset = 0
  let held: number | undefined
  return {
    now: () => new Date((held ?? Date.now()) + offset),
    hold() {
      held ??= Date.now()
    },
    advance({ seconds = 0, minutes = 0, hours = 0, days = 0 }) {
      held = undefined
      offset += ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000
    },
  }
}
