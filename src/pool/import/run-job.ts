import type { Context } from '../../context.ts'
import { findPool, type Pool } from '../pools/pool.ts'
import { deleteUploads } from './chunk-store.ts'
import { FileUnreadable, fileOf, type ImportFile } from './import-file.ts'
import type { ImportJob } from './import-job.ts'
import { type End, givenUp, stopped, unreadable } from './import-lines.ts'
import { logLines } from './import-log.ts'
import { finishJob, releaseJob } from './import-store.ts'

/** How often a job without progress is tried; until it has ended, no other pool's job runs. */
const maxAttempts = 5
const firstBackoff = 5_000

export type ImportLines = (pool: Pool, file: ImportFile) => Promise<End | undefined>

/**
 * Runs a claimed job to its end, its lines by `importLines`. Where that throws, the job is tried again after a while,
 * from the last batch that was written, and finally ends as Failed.
 */
export async function runJob(ctx: Context, job: ImportJob, importLines: ImportLines): Promise<void> {
  const pool = await findPool(ctx, job.poolId)
  // The pool has been deleted, and the job with it.
  if (!pool) return
  let end: End | undefined
  try {
    end = await endOf(ctx, pool, job, importLines)
  } catch (error) {
    ctx.log.error({ err: error, job: 'user import', jobId: job.id, attempt: job.attempts }, 'job failed')
    if (job.attempts < maxAttempts) {
      const backoff = firstBackoff * 2 ** (job.attempts - 1)
      return releaseJob(ctx.db, job, new Date(ctx.clock.now().getTime() + backoff))
    }
    end = givenUp
  }
  if (end) await finish(ctx, pool, job, end)
}

async function endOf(ctx: Context, pool: Pool, job: ImportJob, importLines: ImportLines): Promise<End | undefined> {
  if (job.status === 'Stopping') return stopped
  // The nodes that had claimed it have died.
  if (job.attempts > maxAttempts) return givenUp
  let file: ImportFile
  try {
    file = fileOf(ctx.keyring, job)
  } catch (error) {
    if (error instanceof FileUnreadable) return unreadable
    throw error
  }
  return importLines(pool, file)
}

async function finish(ctx: Context, pool: Pool, job: ImportJob, end: End): Promise<void> {
  await logLines(ctx, pool, job)
  await ctx.db.transaction().execute(async (trx) => {
    await finishJob(trx, job, end.status, end.message, ctx.clock.now())
    await deleteUploads(trx, job)
  })
  ctx.log.info({ userPoolId: job.poolId, jobId: job.id, status: end.status }, 'user import ended')
}
