import type { Db } from '../../context.ts'
import type { Limits } from '../../model/limits.ts'
import type { Pool } from '../pools/pool.ts'
import { headerFault } from './csv-header.ts'
import { csvFields, csvLines } from './csv-lines.ts'
import { FileUnreadable, type ImportFile, readFile } from './import-file.ts'
import type { ImportJob, JobStatus } from './import-job.ts'
import { type RowReader, rowReader } from './import-row.ts'
import { type BatchResult, recordBatch, refreshStatistics } from './import-store.ts'
import { type BatchRow, NamesLost, writeBatch } from './write-batch.ts'

const batchSize = 500
/** Rows that are long make shorter batches. */
const batchCharacters = 512 * 1024
/** After so many batches the tables have grown tenfold, and the planner's statistics are refreshed. */
const analyzeAfter = [4, 40, 400]
/** How long a node keeps a job without writing a batch. */
export const leaseMilliseconds = 60_000
/** A file most of whose rows are refused is not the file that was meant. */
const maxRefused = 10_000

export interface End {
  status: JobStatus
  message: string
}

/** Called before each batch: the time at which it is written, undefined where the server stops. */
export type BeginBatch = () => Promise<Date | undefined>

export const stopped: End = { status: 'Stopped', message: 'The Import Job was stopped by the developer.' }
const succeeded: End = { status: 'Succeeded', message: 'Import Job Completed Successfully.' }
const tooManyRefused: End = {
  status: 'Failed',
  message: 'Too many users have failed or been skipped during the import.',
}

export const unreadable: End = { status: 'Failed', message: 'The CSV file could not be read.' }
/** Too often something has thrown, or a node has died, before a batch was written. */
export const givenUp: End = { status: 'Failed', message: 'The import job failed because of an internal error.' }

const tooManyRows = (max: number): End => ({
  status: 'Failed',
  message: `The CSV file has more than ${max} rows.`,
})

/**
 * Writes the users of a job's lines, from the one after the last batch that was written: a run that was cut short, by a
 * crash or by stopping the server, is taken up where it was. @returns undefined where the job is left to the next run
 */
export async function importLines(
  db: Db,
  limits: Limits,
  pool: Pool,
  job: ImportJob,
  file: ImportFile,
  beginBatch: BeginBatch,
): Promise<End | undefined> {
  try {
    return await importRows(db, limits, pool, job, file, beginBatch)
  } catch (error) {
    if (error instanceof FileUnreadable) return unreadable
    throw error
  }
}

async function importRows(
  db: Db,
  limits: Limits,
  pool: Pool,
  job: ImportJob,
  file: ImportFile,
  beginBatch: BeginBatch,
): Promise<End | undefined> {
  let read: RowReader | undefined
  let batch: BatchRow[] = []
  let characters = 0
  let refused: BatchResult['refused'] = []
  let lastLine = job.nextLine - 1
  let refusals = job.skipped + job.failed
  let { imported } = job
  let end = succeeded
  let batches = 0

  for await (const { number, text } of csvLines(readFile(db, job, file))) {
    if (number === 1) {
      const columns = csvFields(text ?? '')
      const fault = headerFault(pool, columns, job.algorithm !== null)
      if (fault) return { status: 'Failed', message: fault }
      read = rowReader(pool, columns, job.algorithm)
      continue
    }
    if (number > limits.rowsPerImport + 1) {
      end = tooManyRows(limits.rowsPerImport)
      break
    }
    if (number < job.nextLine || text?.trim() === '') continue
    lastLine = number
    const row = text === undefined ? 'The row is too long, or not UTF-8.' : read!(csvFields(text))
    if (typeof row === 'string') refused.push({ line: number, status: 'FAILED', message: row })
    else batch.push({ line: number, user: row })
    characters += text?.length ?? 0
    if (batch.length + refused.length < batchSize && characters < batchCharacters) continue

    const now = await beginBatch()
    if (!now) return undefined
    const status = await write(now)
    if (analyzeAfter.includes(++batches)) await refreshStatistics(db)
    if (status !== 'InProgress') return status === 'Stopping' ? stopped : undefined
    if (refusals > maxRefused) return tooManyRefused
  }
  if (!read) return { status: 'Failed', message: 'The CSV file is empty.' }
  const now = await beginBatch()
  if (!now) return undefined
  const status = await write(now)
  if (status !== 'InProgress') return status === 'Stopping' ? stopped : undefined
  const nobody = imported === 0 && refusals > 0
  return refusals > maxRefused || nobody ? tooManyRefused : end

  async function write(now: Date): Promise<JobStatus | undefined> {
    const result = await writeAndRecord(db, pool, job, { rows: batch, refused, nextLine: lastLine + 1 }, now)
    refusals += result.refused
    imported += result.imported
    batch = []
    characters = 0
    refused = []
    return result.status
  }
}

async function writeAndRecord(
  db: Db,
  pool: Pool,
  job: ImportJob,
  { rows, refused, nextLine }: { rows: BatchRow[]; refused: BatchResult['refused']; nextLine: number },
  now: Date,
): Promise<{ status: JobStatus | undefined; imported: number; refused: number }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (trx) => {
        const written = await writeBatch(trx, pool, job, rows, now)
        const all = [...refused, ...written.refused]
        const until = new Date(now.getTime() + leaseMilliseconds)
        const status = await recordBatch(trx, job, { nextLine, imported: written.imported, refused: all }, until)
        return { status, imported: written.imported, refused: all.length }
      })
    } catch (error) {
      // The names are looked up anew, and whoever was faster is seen.
      if (!(error instanceof NamesLost) || attempt === 10) throw error
    }
  }
}
