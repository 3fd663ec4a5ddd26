import type { Context } from '../../context.ts'
import { findPool, type Pool } from '../pools/pool.ts'
import type { ImportJob } from './import-job.ts'
import { type End, stopped } from './import-lines.ts'
import { logLines } from './import-log.ts'
import { deleteChunks, finishJob } from './import-store.ts'

/** Runs a job to its end, its lines by `importLines`, unless that leaves the job to the next run. */
export async function runJob(
  ctx: Context,
  job: ImportJob,
  importLines: (pool: Pool) => Promise<End | undefined>,
): Promise<void> {
  const pool = await findPool(ctx, job.poolId)
  if (!pool) return
  const end = job.status === 'Stopping' ? stopped : await importLines(pool)
  if (!end) return
  await deleteChunks(ctx.db, job)
  await logLines(ctx, pool, job)
  await finishJob(ctx.db, job, end.status, end.message, ctx.clock.now())
  ctx.log.info({ userPoolId: job.poolId, jobId: job.id, status: end.status }, 'user import ended')
}
