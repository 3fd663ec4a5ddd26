import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { jobView } from '../import-job.ts'
import { listJobs } from '../import-store.ts'

export const listUserImportJobs: Handler<'ListUserImportJobs'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const scope = `ListUserImportJobs ${pool.id}`
  const before = decodeCursor(ctx, scope, input.PaginationToken) as { createdAt: string; id: string } | undefined
  const jobs = await listJobs(ctx.db, pool.id, input.MaxResults! + 1, before)
  const { items, next } = cutPage(jobs, input.MaxResults!, ({ createdAt, id }) => ({
    createdAt: createdAt.toISOString(),
    id,
  }))
  return {
    UserImportJobs: items.map((job) => jobView(ctx, job)),
    PaginationToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
