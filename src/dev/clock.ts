import type { Clock } from '../context.ts'

/** A clock that runs at the speed of the wall clock and can be moved ahead or back. */
export interface MovableClock extends Clock {
  /** Milliseconds ahead of the wall clock. */
  readonly offset: number
  advance(milliseconds: number): void
  set(time: Date): void
  reset(): void
}

export function createMovableClock(): MovableClock {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    get offset() {
      return offset
    },
    advance(milliseconds) {
      offset += milliseconds
    },
    set(time) {
      offset = time.getTime() - Date.now()
    },
    reset() {
      offset = 0
    },
  }
}
