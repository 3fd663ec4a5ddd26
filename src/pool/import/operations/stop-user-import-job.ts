import { PreconditionNotMet } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { deleteUploads } from '../chunk-store.ts'
import { jobView, requireJob, statusAt } from '../import-job.ts'
import { stopped } from '../import-lines.ts'
import { stopJob } from '../import-store.ts'

export const stopUserImportJob: Handler<'StopUserImportJob'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const job = await requireJob(ctx, pool.id, input.JobId!)
  const now = ctx.clock.now()
  const stoppedAs = await ctx.db.transaction().execute(async (trx) => {
    const status = await stopJob(trx, job, stopped.message, now)
    if (status === 'Stopped') await deleteUploads(trx, job)
    return status
  })
  if (!stoppedAs)
    throw new PreconditionNotMet(`The import job cannot be stopped. Current status is ${statusAt(job, now)}`)
  return { UserImportJob: jobView(ctx, await requireJob(ctx, pool.id, job.id)) }
}
