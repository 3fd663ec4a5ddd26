import { currentCaller } from './current-caller.ts'
import { createFairQueue } from './fair-queue.ts'

const queue = createFairQueue({
  name: 'pages',
  running: 16,
  perAddress: 4,
  apart: 50,
  waiting: 1024,
  patience: 10_000,
  pauses: true,
})

/**
 * For what browsers ask for without having signed in and what takes a millisecond of the event loop each: callers take
 * turns, one address has one such task at a time, unless it waits for something, and between two tasks the loop serves
 * everybody else. @throws QueueFull
 */
export const pageWork = <T>(pool: string, task: () => Promise<T>): Promise<T> =>
  queue.run({ pool, address: currentCaller() }, task)
