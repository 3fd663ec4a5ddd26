import { pipeline } from 'node:stream/promises'
import { createDeflateRaw } from 'node:zlib'
import type { Context } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { type ImportJob, statusAt } from './import-job.ts'
import { deleteChunks, finishUpload, insertChunk } from './import-store.ts'

export const maxUploadBytes = 100 * 1024 * 1024
const chunkSize = 32 * 1024
/** Each piece is packed before the next one is asked for, so that it can be freed. */
const packing = { level: 1, chunkSize, writableHighWaterMark: 1 }

export type UploadOutcome = 'stored' | 'too-large' | 'closed'

class TooLarge extends Error {}

/**
 * Keeps a file as it arrives, packed, a piece at a time. It counts once it is whole; one that breaks off leaves the
 * former.
 */
export async function receiveUpload(
  ctx: Context,
  job: ImportJob,
  body: AsyncIterable<Uint8Array>,
): Promise<UploadOutcome> {
  if (statusAt(job, ctx.clock.now()) !== 'Created') return 'closed'
  const uploadId = uuidv7(ctx.clock.now())
  try {
    await pipeline(body, withinLimit, createDeflateRaw(packing), async (chunks: AsyncIterable<Buffer>) => {
      let number = 0
      for await (const chunk of chunks) await insertChunk(ctx.db, job, uploadId, number++, chunk)
    })
  } catch (error) {
    await forget()
    if (error instanceof TooLarge) return 'too-large'
    throw error
  }
  if (!(await finishUpload(ctx.db, job, uploadId, ctx.clock.now()))) {
    await forget()
    return 'closed'
  }
  await deleteChunks(ctx.db, job, uploadId)
  return 'stored'

  async function forget() {
    if (job.uploadId) await deleteChunks(ctx.db, job, job.uploadId)
    else await deleteChunks(ctx.db, job)
  }
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

/** Bytes lie outside the heap, and tens of MiB of them have to lie there before the engine collects what holds them. */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
