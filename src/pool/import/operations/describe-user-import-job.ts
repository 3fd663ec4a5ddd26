import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { jobView, requireJob } from '../import-job.ts'

export const describeUserImportJob: Handler<'DescribeUserImportJob'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  return { UserImportJob: jobView(ctx, await requireJob(ctx, pool.id, input.JobId!)) }
}
