import type { IncomingMessage } from 'node:http'

/** The client has disconnected: there is nobody to answer. */
export class ClientGone extends Error {
  code = 'ECONNRESET'
}

export class BodyTooLarge extends Error {}

export class BodyTimeout extends Error {}

/** How long a body may take to arrive, in milliseconds, on every surface. */
export const bodyTimeout = 30_000

/**
 * How much of the rest of a too large body is read and discarded, so that the client can finish and read the answer.
 */
const maxDiscarded = 16 * 1024 * 1024

/**
 * Reads a body of at most `limit` bytes; never keeps more.
 * @throws BodyTooLarge, BodyTimeout, ClientGone
 */
export function readBody(request: IncomingMessage, limit: number, timeout = bodyTimeout): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const timer = setTimeout(() => refuse(new BodyTimeout()), timeout)

    function settle() {
      clearTimeout(timer)
      request.off('data', keep).off('end', finish).off('close', leave).off('error', leave)
    }
    function refuse(error: Error) {
      settle()
      chunks.length = 0
      discard(request)
      reject(error)
    }
    function keep(chunk: Buffer) {
      size += chunk.length
      if (size > limit) refuse(new BodyTooLarge())
      else chunks.push(chunk)
    }
    function finish() {
      settle()
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size))
    }
    function leave() {
      settle()
      reject(new ClientGone())
    }

    if (Number(request.headers['content-length']) > limit) refuse(new BodyTooLarge())
    else request.on('data', keep).on('end', finish).on('close', leave).on('error', leave)
  })
}

function discard(request: IncomingMessage): void {
  let discarded = 0
  request.on('error', () => {})
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > maxDiscarded) request.destroy()
  })
}
