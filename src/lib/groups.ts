/**
 * Releases results in groups of `size` while at least that many more are in progress, otherwise at once. For work that
 * evicts the CPU caches, such as 19 MiB password hashes: the code that follows eight of them costs a quarter less if it
 * is loaded once. The first result of a group waits for the others, but the queue behind them gets shorter.
 */
export function createGroups(size: number): <Result>(result: Promise<Result>) => Promise<Result> {
  let underWay = 0
  const finished: (() => void)[] = []

  return async (result) => {
    underWay++
    try {
      return await result
    } finally {
      underWay--
      await new Promise<void>((goOn) => {
        finished.push(goOn)
        if (finished.length < size && underWay >= size) return
        for (const each of finished.splice(0)) each()
      })
    }
  }
}
