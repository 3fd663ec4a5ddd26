/** One pausable sleep at a time, which can be ended early. */
export interface Alarm {
  /** Resolves after this many milliseconds, or sooner. */
  set(milliseconds: number): Promise<void>
  /** Ends the current pause no later than after this many milliseconds. */
  ringWithin(milliseconds: number): void
}

export function alarm(): Alarm {
  let timer: NodeJS.Timeout | undefined
  let endsAt = 0
  let ring: (() => void) | undefined

  function arm(milliseconds: number) {
    clearTimeout(timer)
    endsAt = performance.now() + milliseconds
    timer = setTimeout(() => ring?.(), milliseconds)
    timer.unref()
  }

  return {
    set(milliseconds) {
      return new Promise((resolve) => {
        ring = () => {
          clearTimeout(timer)
          ring = undefined
          resolve()
        }
        arm(milliseconds)
      })
    },
    ringWithin(milliseconds) {
      if (ring && endsAt - performance.now() > milliseconds) arm(milliseconds)
    },
  }
}
