import { fstatSync, write } from 'node:fs'
import { Socket } from 'node:net'

/** Where log lines go. It never waits, never throws and never ends the process. */
export interface LogStream {
  write(line: string): void
  /** Resolves once every accepted line is written, or after this many milliseconds. */
  flush(patience: number): Promise<void>
}

export interface LogStreamOptions {
  /** How much may wait for a slow reader or a full disk; lines beyond it are dropped. */
  maxBytes?: number
  /** Milliseconds from a failed write to the next attempt. */
  retryEvery?: number
}

/** Writes what it can. `error` says why the rest was not written. */
export type Sink = (bytes: Buffer) => Promise<{ written: number; error?: Error }>

/** Writes log lines to an open file, pipe or terminal; its type is determined with the first line. */
export function createLogStream(descriptor: number, options?: LogStreamOptions): LogStream {
  let sink: Sink | undefined
  return bufferedLog((bytes) => {
    sink ??= sinkOf(descriptor)
    return sink(bytes)
  }, options)
}

/**
 * Lines wait in memory while the sink is slow or fails, up to `maxBytes`. Later ones are dropped and counted; once there
 * is room again, one line says how many were lost.
 */
export function bufferedLog(
  sink: Sink,
  { maxBytes = 1024 * 1024, retryEvery = 1000 }: LogStreamOptions = {},
): LogStream {
  const waiting: string[] = []
  let waitingBytes = 0
  let chunk = Buffer.alloc(0)
  let lost = 0
  let draining: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (chunk.length > 0 || waiting.length > 0 || lost > 0) {
      if (chunk.length === 0) nextChunk()
      const { written, error } = await sink(chunk)
      chunk = chunk.subarray(written)
      if (error) await pause(retryEvery)
    }
  }

  function nextChunk() {
    if (lost > 0) {
      waiting.push(`${JSON.stringify({ level: 40, time: Date.now(), lost, msg: 'log lines were lost' })}\n`)
      lost = 0
    }
    chunk = Buffer.from(waiting.join(''))
    waiting.length = 0
    waitingBytes = 0
  }

  function write(line: string) {
    const bytes = Buffer.byteLength(line)
    if (waitingBytes + chunk.length + bytes > maxBytes) lost++
    else {
      waiting.push(line)
      waitingBytes += bytes
    }
    draining ??= drain().finally(() => {
      draining = undefined
    })
  }

  return {
    write,
    async flush(patience) {
      if (draining) await Promise.race([draining, pause(patience)])
    },
  }
}

/** Does not keep the process alive. */
const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })

/**
 * Pipes and sockets are written without blocking, since nobody may be reading. Files and terminals are written by a
 * thread, since a disk may be slow.
 */
function sinkOf(descriptor: number): Sink {
  const stat = fstatSync(descriptor)
  if (!stat.isFIFO() && !stat.isSocket()) return (bytes) => writeToFile(descriptor, bytes)
  const socket = new Socket({ fd: descriptor, readable: false, writable: true })
  socket.unref()
  let broken: Error | undefined
  socket.on('error', (error) => {
    broken = error
  })
  return (bytes) =>
    new Promise((resolve) => {
      if (broken || socket.destroyed) return resolve({ written: 0, error: broken ?? new Error('closed') })
      socket.write(bytes, (error) => resolve(error ? { written: 0, error } : { written: bytes.length }))
    })
}

const writeToFile: (descriptor: number, bytes: Buffer) => ReturnType<Sink> = (descriptor, bytes) =>
  new Promise((resolve) => {
    write(descriptor, bytes, (error, written = 0) => resolve(error ? { written: 0, error } : { written }))
  })
