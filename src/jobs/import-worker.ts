/** The thread of an import. It reads, checks and writes the lines of one job, then exits. */
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import type { Limits } from '../model/limits.ts'
import type { ImportFile } from '../pool/import/import-file.ts'
import type { ImportJob } from '../pool/import/import-job.ts'
import { type End, importLines } from '../pool/import/import-lines.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { type DatabaseOptions, openDatabase } from '../store/db.ts'

export interface ImportTask {
  database: Pick<DatabaseOptions, 'connection' | 'prepare'>
  limits: Limits
  pool: Pool
  job: ImportJob
  file: ImportFile
}

/**
 * The worker asks before each batch. The answer is the current time, or nothing if it should leave the job; or it
 * reports the end.
 */
export type ImportMessage = 'batch' | { end: End | undefined }

const { database, limits, pool, job, file }: ImportTask = workerData
const port = parentPort!
const send = (message: ImportMessage) => port.postMessage(message)

const { db, close } = openDatabase({ ...database, maxConnections: 1 })
const end = await importLines(db, limits, pool, job, file, async () => {
  const answered = once(port, 'message')
  send('batch')
  return (await answered)[0]
})
await close()
send({ end })
