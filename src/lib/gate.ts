/** Lets so many tasks run at once and so many wait their turn, first come first served. Undefined when there is no room. */
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
