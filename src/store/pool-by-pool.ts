/** A pool, and how many rows of it wait for a job. */
export interface PoolBacklog {
  poolId: string
  rows: number
}

/**
 * Does what waits in any pool, pool by pool and in small batches: no statement spans pools, nor locks many rows.
 * @param find the pools of the first `batch` rows that wait
 * @param work does up to `batch` rows of a pool, without those that others hold, and says how many
 */
export async function workPoolByPool(
  batch: number,
  find: (batch: number) => Promise<PoolBacklog[]>,
  work: (poolId: string, batch: number) => Promise<number>,
): Promise<void> {
  for (;;) {
    const backlogs = await find(batch)
    let done = 0
    for (const { poolId } of backlogs) {
      let count: number
      do {
        count = await work(poolId, batch)
        done += count
      } while (count === batch)
    }
    const found = backlogs.reduce((sum, { rows }) => sum + rows, 0)
    if (found < batch || done === 0) return
  }
}
