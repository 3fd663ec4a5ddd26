import type { Context } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { type ImportJob, statusAt } from './import-job.ts'
import { deleteChunks, finishUpload, insertChunk } from './import-store.ts'

export const largestFile = 100 * 1024 * 1024
const chunkSize = 256 * 1024

export type UploadOutcome = 'stored' | 'too-large' | 'closed'

/** Keeps a file as it arrives, a piece at a time. It counts once it is whole; one that breaks off leaves the former. */
export async function receiveUpload(
  ctx: Context,
  job: ImportJob,
  body: AsyncIterable<Uint8Array>,
): Promise<UploadOutcome> {
  if (statusAt(job, ctx.clock.now()) !== 'Created') return 'closed'
  const uploadId = uuidv7(ctx.clock.now())
  let size = 0
  let number = 0
  let waiting: Uint8Array[] = []
  let waitingSize = 0
  try {
    for await (const piece of body) {
      size += piece.length
      if (size > largestFile) return await forget('too-large')
      waiting.push(piece)
      waitingSize += piece.length
      if (waitingSize >= chunkSize) await flush()
    }
    await flush()
  } catch (error) {
    await forget('closed')
    throw error
  }
  if (!(await finishUpload(ctx.db, job, uploadId, ctx.clock.now()))) return forget('closed')
  await deleteChunks(ctx.db, job, uploadId)
  return 'stored'

  async function flush() {
    if (waitingSize === 0) return
    await insertChunk(ctx.db, job, uploadId, number++, Buffer.concat(waiting, waitingSize))
    waiting = []
    waitingSize = 0
  }
  async function forget<Outcome extends UploadOutcome>(outcome: Outcome): Promise<Outcome> {
    if (job.uploadId) await deleteChunks(ctx.db, job, job.uploadId)
    else await deleteChunks(ctx.db, job)
    return outcome
  }
}
