/** A pool with the number of its rows that wait for a job. */
export interface PoolBacklog {
  poolId: string
  rows: number
}

/**
 * Works through the waiting rows of all pools, pool by pool and in small batches: no statement spans pools, or locks
 * many rows. @param find the pools of the first `batch` waiting rows @param work handles up to `batch` rows of a pool,
 * skipping locked ones, and returns how many
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
