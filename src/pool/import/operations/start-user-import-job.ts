import { InvalidParameter, PreconditionNotMet } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { jobView, requireJob, statusAt } from '../import-job.ts'
import { startJob } from '../import-store.ts'

export const startUserImportJob: Handler<'StartUserImportJob'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const job = await requireJob(ctx, pool.id, input.JobId!)
  const now = ctx.clock.now()
  const status = statusAt(job, now)
  if (status !== 'Created')
    throw new PreconditionNotMet(`The import job cannot be started. Current status is ${status}`)
  if (!job.uploadId) throw new PreconditionNotMet('No CSV file was uploaded for the import job.')
  if (!pool.settings.AutoVerifiedAttributes?.length)
    throw new InvalidParameter('The user pool must have an attribute that is verified automatically.')

  const outcome = await ctx.db.transaction().execute((trx) => startJob(trx, job, now))
  if (outcome === 'busy') throw new PreconditionNotMet('Another import job is in progress.')
  return { UserImportJob: jobView(ctx, await requireJob(ctx, pool.id, job.id)) }
}
