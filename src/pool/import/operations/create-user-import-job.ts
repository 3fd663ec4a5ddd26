import { importJobId } from '../../../lib/ids.ts'
import { LimitExceeded } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { jobView } from '../import-job.ts'
import { countJobs, insertJob } from '../import-store.ts'

/** A job that is not started within a day has expired. */
const lifetime = 86_400_000

export const createUserImportJob: Handler<'CreateUserImportJob'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  if ((await countJobs(ctx.db, pool.id)) >= ctx.limits.importJobsPerPool)
    throw new LimitExceeded(`A user pool can have at most ${ctx.limits.importJobsPerPool} import jobs.`)
  const now = ctx.clock.now()
  const job = await insertJob(ctx.db, {
    poolId: pool.id,
    id: importJobId(),
    name: input.JobName!,
    roleArn: input.CloudWatchLogsRoleArn!,
    algorithm: input.PasswordHashingAlgorithm ?? null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + lifetime),
  })
  return { UserImportJob: jobView(ctx, job) }
}
