import type { Context } from '../../context.ts'
import { type PoolCount, poolCounts } from './pool-counts.ts'
import { addCounts } from './pool-metric-store.ts'

const day = 86_400_000
const keptFor = 366 * day

/** Max rows of one statement. */
const batch = 500

/**
 * Writes the counts of this process, pool by pool. Counts that can't be written wait for the next run; if a connection
 * breaks during a commit, a batch may count twice.
 */
export async function flushCounts(ctx: Context): Promise<void> {
  const counts = poolCounts(ctx)
  const left = [...counts.take()].flatMap(([poolId, counted]) => batchesOf(counted).map((part) => ({ poolId, part })))
  try {
    for (let next = left[0]; next; next = left[0]) {
      await addCounts(ctx.db, next.poolId, next.part, keptFor).catch(unlessPoolGone)
      left.shift()
    }
  } finally {
    for (const { poolId, part } of left) counts.giveBack(poolId, part)
  }
}

function batchesOf(counts: PoolCount[]): PoolCount[][] {
  return Array.from({ length: Math.ceil(counts.length / batch) }, (_, index) =>
    counts.slice(index * batch, (index + 1) * batch),
  )
}

/** The pool was deleted during the write. */
function unlessPoolGone(error: unknown): void {
  if ((error as { code?: unknown }).code !== '23503') throw error
}
