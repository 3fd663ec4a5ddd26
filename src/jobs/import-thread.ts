import { Worker } from 'node:worker_threads'
import type { Context } from '../context.ts'
import { giveBackMemory } from '../lib/give-back-memory.ts'
import { installedModule } from '../lib/installed.ts'
import type { ImportFile } from '../pool/import/import-file.ts'
import type { ImportJob } from '../pool/import/import-job.ts'
import type { End } from '../pool/import/import-lines.ts'
import { limits } from '../pool/limits.ts'
import type { Pool } from '../pool/pools/pool.ts'
import type { ImportMessage, ImportTask } from './import-worker.ts'

/** Rows live for one batch only. Left to itself, the engine lets 100 MiB of them pile up before it collects. */
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/**
 * Imports the lines of a job in a thread of its own, which keeps sign-ins from waiting, and its memory within bounds.
 * Throws where the thread did.
 */
export function importInThread(
  ctx: Context,
  pool: Pool,
  job: ImportJob,
  file: ImportFile,
  signal: AbortSignal,
): Promise<End | undefined> {
  const database = { connection: ctx.connection, prepare: ctx.config.databasePrepare }
  const workerData: ImportTask = { database, limits, pool, job, file }
  // What the upload has left here and what the thread takes would add up.
  giveBackMemory()
  const worker = new Worker(installedModule('src/jobs/import-worker'), { workerData, resourceLimits, name: 'import' })
  const { promise, resolve, reject } = Promise.withResolvers<End | undefined>()
  let ended: { end: End | undefined } | undefined

  worker.on('message', (message: ImportMessage) => {
    if (message === 'turn') worker.postMessage(signal.aborted ? undefined : ctx.clock.now())
    else ended = message
  })
  worker.on('error', reject)
  worker.on('exit', () => {
    if (ended) resolve(ended.end)
    else reject(new Error('The thread of an import ended before its job'))
  })
  return promise
}
