import { PreconditionNotMet } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { jobView, requireJob, statusAt } from '../import-job.ts'
import { stopJob } from '../import-store.ts'

export const stopUserImportJob: Handler<'StopUserImportJob'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const job = await requireJob(ctx, pool.id, input.JobId!)
  if (!(await stopJob(ctx.db, job))) {
    const status = statusAt(job, ctx.clock.now())
    throw new PreconditionNotMet(`The import job cannot be stopped. Current status is ${status}`)
  }
  return { UserImportJob: jobView(ctx, await requireJob(ctx, pool.id, job.id)) }
}
