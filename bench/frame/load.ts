/** One operation, run by several workers that each wait for the answer before they start the next. */
export type Operation = (worker: number) => Promise<unknown>

/** `count` operations, `workers` at a time. */
export async function doMany(operation: Operation, workers: number, count: number): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      while (left-- > 0) await operation(worker)
    }),
  )
}

/** As many as fit in the time. */
export async function doFor(operation: Operation, workers: number, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds
  let done = 0
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      while (performance.now() < end) {
        await operation(worker)
        done++
      }
    }),
  )
  return done
}

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

export const quantile = (values: number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
