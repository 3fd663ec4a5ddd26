import { readdir, readFile } from 'node:fs/promises'
import { getPriority, setPriority } from 'node:os'

/** The lowest priority there is. */
const nicest = 19

/**
 * Lets a thread of this process yield to others, by its id or 0 for the thread itself: by so many steps of nice, from
 * the priority that it has. Linux only: elsewhere priorities are of processes.
 */
export function yieldBy(steps: number, thread = 0): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(thread, Math.min(nicest, getPriority(thread) + steps))
  } catch {
    // A sandbox may forbid it. All threads then have the same priority.
  }
}

/**
 * Hashes and signatures run on libuv's threads. Where there are few cores, these must not keep the event loop waiting,
 * on which everybody depends. A Node that gives the threads no name leaves them as they are.
 */
export async function yieldThreadPool(): Promise<void> {
  // One of them does this: by then all have started.
  const threads = await readdir('/proc/self/task').catch(() => [])
  for (const thread of threads) {
    // Undefined if it has ended meanwhile.
    const name = await readFile(`/proc/self/task/${thread}/comm`, 'utf8').catch(() => undefined)
    if (name?.trim() === 'libuv-worker') yieldBy(5, Number(thread))
  }
}
