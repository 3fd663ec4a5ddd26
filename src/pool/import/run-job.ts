import type { Context } from '../../context.ts'
import { limits } from '../limits.ts'
import { findPool, type Pool } from '../pools/pool.ts'
import { headerFault } from './csv-header.ts'
import { csvFields, csvLines } from './csv-lines.ts'
import type { ImportJob, JobStatus } from './import-job.ts'
import { logLines } from './import-log.ts'
import { type RowReader, rowReader } from './import-row.ts'
import { type BatchResult, deleteChunks, findChunk, finishJob, recordBatch, refreshStatistics } from './import-store.ts'
import { type BatchRow, NamesLost, writeBatch } from './write-batch.ts'

const batchSize = 500
/** After so many batches the database looks at the tables anew: they have grown tenfold. */
const looks = [4, 40, 400]
/** A node that has not been heard of for so long has lost its job. */
export const leaseMilliseconds = 60_000
/** A file most of whose rows are refused is not the file that was meant. */
const mostRefused = 10_000

/**
 * Runs a job to its end, from the line after the last batch that was written: a run that was cut short, by a crash or by
 * stopping the server, is taken up where it was. `signal` leaves the job to the next run.
 */
export async function runJob(ctx: Context, job: ImportJob, signal: AbortSignal): Promise<void> {
  const pool = await findPool(ctx, job.poolId)
  if (!pool) return
  const end = job.status === 'Stopping' ? stopped : await importLines(ctx, pool, job, signal)
  if (!end) return
  await deleteChunks(ctx.db, job)
  await logLines(ctx, pool, job)
  await finishJob(ctx.db, job, end.status, end.message, ctx.clock.now())
  ctx.log.info({ userPoolId: job.poolId, jobId: job.id, status: end.status }, 'user import ended')
}

interface End {
  status: JobStatus
  message: string
}

const stopped: End = { status: 'Stopped', message: 'The Import Job was stopped by the developer.' }
const succeeded: End = { status: 'Succeeded', message: 'Import Job Completed Successfully.' }
const tooManyRefused: End = {
  status: 'Failed',
  message: 'Too many users have failed or been skipped during the import.',
}

const tooManyRows = (): End => ({
  status: 'Failed',
  message: `The CSV file has more than ${limits.rowsPerImport} rows.`,
})

async function importLines(ctx: Context, pool: Pool, job: ImportJob, signal: AbortSignal): Promise<End | undefined> {
  let read: RowReader | undefined
  let batch: BatchRow[] = []
  let refused: BatchResult['refused'] = []
  let lastLine = job.nextLine - 1
  let refusals = job.skipped + job.failed
  let end = succeeded
  let batches = 0

  for await (const { number, text } of csvLines(chunksOf(ctx, job))) {
    if (number === 1) {
      const columns = csvFields(text ?? '')
      const fault = headerFault(pool, columns, job.algorithm !== null)
      if (fault) return { status: 'Failed', message: fault }
      read = rowReader(pool, columns, job.algorithm)
      continue
    }
    if (number > limits.rowsPerImport + 1) {
      end = tooManyRows()
      break
    }
    if (number < job.nextLine || text?.trim() === '') continue
    lastLine = number
    const row = text === undefined ? 'The row is too long, or not UTF-8.' : read!(csvFields(text))
    if (typeof row === 'string') refused.push({ line: number, status: 'FAILED', message: row })
    else batch.push({ line: number, user: row })
    if (batch.length + refused.length < batchSize) continue

    const status = await write()
    if (looks.includes(++batches)) await refreshStatistics(ctx.db)
    if (status !== 'InProgress') return status === 'Stopping' ? stopped : undefined
    if (refusals > mostRefused) return tooManyRefused
    if (signal.aborted) return undefined
  }
  if (!read) return { status: 'Failed', message: 'The CSV file is empty.' }
  const status = await write()
  if (status !== 'InProgress') return status === 'Stopping' ? stopped : undefined
  return refusals > mostRefused ? tooManyRefused : end

  async function write(): Promise<JobStatus | undefined> {
    const result = await writeAndRecord(ctx, pool, job, batch, refused, lastLine + 1)
    refusals += result.refused
    batch = []
    refused = []
    return result.status
  }
}

async function writeAndRecord(
  ctx: Context,
  pool: Pool,
  job: ImportJob,
  batch: BatchRow[],
  refused: BatchResult['refused'],
  nextLine: number,
): Promise<{ status: JobStatus | undefined; refused: number }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ctx.db.transaction().execute(async (trx) => {
        const now = ctx.clock.now()
        const written = await writeBatch(trx, pool, job, batch, now)
        const all = [...refused, ...written.refused]
        const until = new Date(now.getTime() + leaseMilliseconds)
        const status = await recordBatch(trx, job, { nextLine, imported: written.imported, refused: all }, until)
        return { status, refused: all.length }
      })
    } catch (error) {
      // The names are looked up anew, and whoever was faster is seen.
      if (!(error instanceof NamesLost) || attempt === 10) throw error
    }
  }
}

async function* chunksOf(ctx: Context, job: ImportJob): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const chunk = await findChunk(ctx.db, job, number)
    if (!chunk) return
    yield chunk
  }
}
