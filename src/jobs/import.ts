import type { Context } from '../context.ts'
import { leaseMilliseconds } from '../pool/import/import-lines.ts'
import { claimJob, releaseJob } from '../pool/import/import-store.ts'
import { runJob } from '../pool/import/run-job.ts'
import { importInThread } from './import-thread.ts'

/** Runs pending import jobs, and those whose node has died, one after the other. */
export async function runImports(ctx: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const now = ctx.clock.now()
    const job = await claimJob(ctx.db, now, new Date(now.getTime() + leaseMilliseconds))
    if (!job) return
    await runJob(ctx, job, (pool, file) => importInThread(ctx, pool, job, file, signal))
    // Interrupted: the job is released at once for another node.
    if (signal.aborted) await releaseJob(ctx.db, job, null)
  }
}
