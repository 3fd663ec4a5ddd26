/**
 * Limits how many tasks run at once and how many wait, first come first served. Returns undefined if the queue is full.
 */
export interface Gate {
  run<T>(task: () => Promise<T>): Promise<T> | undefined
}

export function createGate({ running, waiting }: { running: number; waiting: number }): Gate {
  const queue: (() => void)[] = []
  let busy = 0

  const leave = () => {
    const next = queue.shift()
    if (next) next()
    else busy--
  }

  return {
    run(task) {
      if (busy < running) {
        busy++
        return task().finally(leave)
      }
      if (queue.length >= waiting) return undefined
      return new Promise<void>((turn) => queue.push(turn)).then(task).finally(leave)
    },
  }
}
