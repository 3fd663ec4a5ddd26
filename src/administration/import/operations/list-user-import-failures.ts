import { requireJob } from '../../../pool/import/import-job.ts'
import { listRefusedLines } from '../../../pool/import/import-store.ts'
import { requirePool } from '../../../pool/pools/pool.ts'
import type { OwnHandler } from '../../handler.ts'

const maxLines = 1000

export const listUserImportFailures: OwnHandler<'ListUserImportFailures'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const job = await requireJob(ctx, pool.id, input.JobId)
  const lines = await listRefusedLines(ctx.db, job, maxLines)
  return { Lines: lines.map(({ line, status, message }) => ({ LineNumber: line, Status: status, Message: message })) }
}
