import type { Db } from '../../context.ts'
import type { Limits } from '../../model/limits.ts'
import type { Pool } from '../pools/pool.ts'
import { headerFault } from './csv-header.ts'
import { type CsvLine, csvFields, csvLines } from './csv-lines.ts'
import { FileUnreadable, type ImportFile, readFile } from './import-file.ts'
import type { ImportJob, JobStatus } from './import-job.ts'
import { type RowReader, rowReader } from './import-row.ts'
import { type BatchResult, recordBatch, refreshStatistics } from './import-store.ts'
import { type BatchRow, NamesLost, writeBatch } from './write-batch.ts'

const batchSize = 500
/** Long rows make shorter batches. */
const batchCharacters = 512 * 1024
/** After so many batches the tables have grown tenfold, and the planner's statistics are refreshed. */
const analyzeAfter = [4, 40, 400]
/** How long a node's claim on a job lasts without another batch. */
export const leaseMilliseconds = 60_000
/** A file with more refused rows is likely the wrong file. */
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
/** Too many attempts have failed, or their nodes died, before a batch was written. */
export const givenUp: End = { status: 'Failed', message: 'The import job failed because of an internal error.' }

const tooManyRows = (max: number): End => ({
  status: 'Failed',
  message: `The CSV file has more than ${max} rows.`,
})

/**
 * Writes the users of a job's lines, starting after the last batch that was written: a run that was cut short by a
 * crash or a stop is continued. @returns undefined where the job is left to the next run
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
    if (error instanceof HeaderRefused) return { status: 'Failed', message: error.message }
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
  const { counts, write } = batchWriter(db, pool, job, beginBatch)
  let end = succeeded
  let batches = 0

  for await (const batch of batchesOf(csvLines(readFile(db, job, file)), pool, job, limits.rowsPerImport)) {
    const interruption = await write(batch)
    if (interruption) return interruption.end
    if (analyzeAfter.includes(++batches)) await refreshStatistics(db)
    if (counts.refused > maxRefused) return tooManyRefused
    if (batch.isCut) end = tooManyRows(limits.rowsPerImport)
  }
  return counts.imported === 0 && counts.refused > 0 ? tooManyRefused : end
}

/** A file whose header does not fit the pool. The message is the job's. */
class HeaderRefused extends Error {}

/** The lines of a file from the job's next one on. The last batch may be empty. @throws HeaderRefused */
async function* batchesOf(
  lines: AsyncIterable<CsvLine>,
  pool: Pool,
  job: ImportJob,
  maxRows: number,
): AsyncGenerator<Batch> {
  let read: RowReader | undefined
  let batch = emptyBatch(job.nextLine)
  for await (const { number, text } of lines) {
    read ??= readerFor(pool, job, text ?? '')
    batch.isCut = number > maxRows + 1
    if (batch.isCut) break
    if (number === 1 || number < job.nextLine || text?.trim() === '') continue
    addLine(batch, number, text, read)
    if (!isFull(batch)) continue
    yield batch
    batch = emptyBatch(batch.nextLine)
  }
  if (!read) throw new HeaderRefused('The CSV file is empty.')
  yield batch
}

function readerFor(pool: Pool, job: ImportJob, header: string): RowReader {
  const columns = csvFields(header)
  const fault = headerFault(pool, columns, job.algorithm !== null)
  if (fault) throw new HeaderRefused(fault)
  return rowReader(pool, columns, job.algorithm)
}

/** Why no further batch is written; without an end, the job is left to the next run. */
interface Interruption {
  end?: End
}

function batchWriter(db: Db, pool: Pool, job: ImportJob, beginBatch: BeginBatch) {
  const counts = { refused: job.skipped + job.failed, imported: job.imported }

  async function write(batch: Batch): Promise<Interruption | undefined> {
    const now = await beginBatch()
    if (!now) return {}
    const { status, refused, imported } = await writeAndRecord(db, pool, job, batch, now)
    counts.refused += refused
    counts.imported += imported
    if (status === 'InProgress') return undefined
    return { end: status === 'Stopping' ? stopped : undefined }
  }

  return { counts, write }
}

/** Lines that are written together. */
interface Batch {
  rows: BatchRow[]
  refused: BatchResult['refused']
  characters: number
  /** The line to continue with once it is written. */
  nextLine: number
  /** The file has more lines than it may have. */
  isCut: boolean
}

const emptyBatch = (nextLine: number): Batch => ({ rows: [], refused: [], characters: 0, nextLine, isCut: false })

const isFull = ({ rows, refused, characters }: Batch): boolean =>
  rows.length + refused.length >= batchSize || characters >= batchCharacters

function addLine(batch: Batch, line: number, text: string | undefined, read: RowReader): void {
  const row = text === undefined ? 'The row is too long, or not UTF-8.' : read(csvFields(text))
  if (typeof row === 'string') batch.refused.push({ line, status: 'FAILED', message: row })
  else batch.rows.push({ line, user: row })
  batch.characters += text?.length ?? 0
  batch.nextLine = line + 1
}

async function writeAndRecord(
  db: Db,
  pool: Pool,
  job: ImportJob,
  { rows, refused, nextLine }: Batch,
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
      // The names are looked up again, since other users have some of them by now.
      if (!(error instanceof NamesLost) || attempt === 10) throw error
    }
  }
}
