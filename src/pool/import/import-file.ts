import { createSecretKey, randomBytes } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import type { Db } from '../../context.ts'
import type { Keyring } from '../../lib/keyring.ts'
import { createSeal, type Seal, SealBroken } from '../../lib/seal.ts'
import { findChunk } from './chunk-store.ts'
import type { JobKey } from './import-store.ts'

/*
 * A file is kept packed, in chunks, each sealed with a key that this file alone has. The job keeps the key, sealed in its
 * turn, so that the thread that reads the file needs no other.
 */

/** The file of a job, or a part of it, is lost or was altered. */
export class FileUnreadable extends Error {}

export interface ImportFile {
  uploadId: string
  /** Undefined where the chunks are not sealed, as older releases left them. */
  key: Uint8Array | undefined
}

export const newFileKey = (): Buffer => randomBytes(32)

export const sealFileKey = (keyring: Keyring, job: JobKey, uploadId: string, key: Buffer): Buffer =>
  keyring.seal(key, fileKeySeal(job, uploadId))

/** @throws FileUnreadable where the key was sealed elsewhere, or there is no file */
export function fileOf(
  keyring: Keyring,
  job: JobKey & { uploadId: string | null; fileKey: Uint8Array | null },
): ImportFile {
  const { uploadId, fileKey } = job
  if (!uploadId) throw new FileUnreadable()
  if (!fileKey) return { uploadId, key: undefined }
  return { uploadId, key: whole(() => keyring.open(fileKey, fileKeySeal(job, uploadId))) }
}

/** Seals the chunks of one upload. */
export function chunkSealer(job: JobKey, uploadId: string, key: Uint8Array): (chunk: Buffer, number: number) => Buffer {
  const { seal } = sealOf(key)
  return (chunk, number) => seal(chunk, `${fileKeySeal(job, uploadId)} ${number}`)
}

/** The bytes that were uploaded. @throws FileUnreadable */
export async function* readFile(db: Db, job: JobKey, file: ImportFile): AsyncGenerator<Uint8Array> {
  const unpacked = createInflateRaw()
  // Errors here are thrown where the bytes are read.
  pipeline(chunksOf(db, job, file), unpacked).catch(() => {})
  try {
    yield* unpacked
  } catch (error) {
    throw (error as { code?: string }).code?.startsWith('Z_') ? new FileUnreadable() : error
  }
}

async function* chunksOf(db: Db, job: JobKey, { uploadId, key }: ImportFile): AsyncGenerator<Buffer> {
  const seal = key && sealOf(key)
  for (let number = 0; ; number++) {
    const chunk = await findChunk(db, job, uploadId, number)
    // Where chunks are missing at the end, the compressed data ends too early.
    if (!chunk && number === 0) throw new FileUnreadable()
    if (!chunk) return
    yield seal ? whole(() => seal.open(chunk, `${fileKeySeal(job, uploadId)} ${number}`)) : chunk
  }
}

// The key belongs to one file, so there is no other to tell it from.
const sealOf = (key: Uint8Array): Seal => createSeal({ id: Buffer.alloc(4), key: createSecretKey(key) })

export const fileKeySeal = (job: JobKey, uploadId: string): string => `import ${job.poolId} ${job.id} ${uploadId}`

function whole(open: () => Buffer): Buffer {
  try {
    return open()
  } catch (error) {
    throw error instanceof SealBroken ? new FileUnreadable() : error
  }
}
