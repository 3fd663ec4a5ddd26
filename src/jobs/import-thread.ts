import { Worker } from 'node:worker_threads'
import type { Context } from '../context.ts'
import { installedModule } from '../lib/installed.ts'
import { releaseMemory } from '../lib/release-memory.ts'
import type { ImportFile } from '../pool/import/import-file.ts'
import type { ImportJob } from '../pool/import/import-job.ts'
import type { End } from '../pool/import/import-lines.ts'
import type { Pool } from '../pool/pools/pool.ts'
import type { ImportMessage, ImportTask } from './import-worker.ts'

/** Rows live for one batch only. Left to itself, the engine lets 100 MiB of them pile up before it collects. */
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/**
 * Imports a job's lines in a separate thread, so that sign-ins don't wait and memory stays bounded. Throws what the
 * thread throws.
 */
export function importInThread(
  ctx: Context,
  pool: Pool,
  job: ImportJob,
  file: ImportFile,
  signal: AbortSignal,
): Promise<End | undefined> {
  const database = { connection: ctx.connection, prepare: ctx.config.databasePrepare }
  const workerData: ImportTask = { database, limits: ctx.limits, pool, job, file }
  // Otherwise the memory left over from the upload would add to the thread's.
  releaseMemory()
  const worker = new Worker(installedModule('src/jobs/import-worker'), { workerData, resourceLimits, name: 'import' })
  const { promise, resolve, reject } = Promise.withResolvers<End | undefined>()
  let ended: { end: End | undefined } | undefined

  worker.on('message', (message: ImportMessage) => {
    if (message === 'batch') worker.postMessage(signal.aborted ? undefined : ctx.clock.now())
    else ended = message
  })
  worker.on('error', reject)
  worker.on('exit', () => {
    if (ended) resolve(ended.end)
    else reject(new Error('The thread of an import ended before its job'))
  })
  return promise
}
