import { pipeline } from 'node:stream/promises'
import { createDeflateRaw } from 'node:zlib'
import type { Context } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { countChunks, deleteUpload, insertChunk } from './chunk-store.ts'
import { chunkSealer, newFileKey, sealFileKey } from './import-file.ts'
import { type ImportJob, statusAt } from './import-job.ts'
import { lockOpenJob, setUpload } from './import-store.ts'

export const maxUploadBytes = 100 * 1024 * 1024
const chunkSize = 32 * 1024
/** Each piece is compressed before the next one is read, so that it can be freed. */
const packing = { level: 1, chunkSize, writableHighWaterMark: 1 }

export type UploadOutcome = 'stored' | 'too-large' | 'closed'

class TooLarge extends Error {}

/**
 * Stores a file as it arrives, compressed and sealed, a chunk at a time. Uploads to one job are independent: each
 * writes its own chunks, becomes the job's file when it is complete, in place of the former, and deletes its chunks
 * where it is aborted.
 */
export async function receiveUpload(
  ctx: Context,
  job: ImportJob,
  body: AsyncIterable<Uint8Array>,
): Promise<UploadOutcome> {
  if (statusAt(job, ctx.clock.now()) !== 'Created') return 'closed'
  const uploadId = uuidv7(ctx.clock.now())
  const key = newFileKey()
  const seal = chunkSealer(job, uploadId, key)
  let chunks = 0
  let stored = false
  try {
    await pipeline(body, withinLimit, createDeflateRaw(packing), async (packed: AsyncIterable<Buffer>) => {
      for await (const chunk of packed) await insertChunk(ctx.db, job, uploadId, chunks, seal(chunk, chunks++))
    })
    stored = await completeUpload(ctx, job, uploadId, { chunks, key })
    return stored ? 'stored' : 'closed'
  } catch (error) {
    if (error instanceof TooLarge) return 'too-large'
    throw error
  } finally {
    if (!stored) await deleteUpload(ctx.db, job, uploadId)
  }
}

/** Makes an upload the job's file. False where the job no longer accepts any. */
async function completeUpload(
  ctx: Context,
  job: ImportJob,
  uploadId: string,
  { chunks, key }: { chunks: number; key: Buffer },
): Promise<boolean> {
  const fileKey = sealFileKey(ctx.keyring, job, uploadId, key)
  return ctx.db.transaction().execute(async (trx) => {
    const open = await lockOpenJob(trx, job, ctx.clock.now())
    if (!open || (await countChunks(trx, job, uploadId)) !== chunks) return false
    await setUpload(trx, job, uploadId, fileKey)
    if (open.uploadId) await deleteUpload(trx, job, open.uploadId)
    return true
  })
}

/** @throws TooLarge */
async function* withinLimit(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of pieces) {
    size += piece.length
    if (size > maxUploadBytes) throw new TooLarge()
    yield piece
    free(piece)
  }
}

/** Buffers are outside the heap, and tens of MiB of them accumulate before the engine collects them. */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
