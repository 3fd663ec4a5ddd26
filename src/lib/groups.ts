/**
 * Lets results go on in groups of `size`, as long as at least so many more are under way; otherwise at once. For work
 * that spoils the caches, like password hashes of 19 MiB: what follows eight of them costs a quarter less where the code
 * for it is fetched once. The first of a group waits for the rest of it, and the queue behind them gets shorter.
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
