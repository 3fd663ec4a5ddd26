import type { IncomingMessage } from 'node:http'
import { RequestEntityTooLarge, RequestTimeout } from '../model/errors.ts'

/** The client went away: there is nobody to answer. */
export class ClientGone extends Error {}

/** How much more of a body that is too large is read and thrown away, so that the client can finish and be told. */
const maxDiscarded = 16 * 1024 * 1024

/**
 * Reads a body of at most `limit` bytes; never keeps more.
 * @throws RequestEntityTooLargeException, RequestTimeoutException, ClientGone
 */
export function readBody(request: IncomingMessage, limit: number, timeout: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const timer = setTimeout(() => refuse(new RequestTimeout()), timeout)

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
      if (size > limit) refuse(tooLarge(limit))
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

    if (Number(request.headers['content-length']) > limit) refuse(tooLarge(limit))
    else request.on('data', keep).on('end', finish).on('close', leave).on('error', leave)
  })
}

const tooLarge = (limit: number) => new RequestEntityTooLarge(`HTTP content length exceeded ${limit} bytes.`)

function discard(request: IncomingMessage): void {
  let discarded = 0
  request.on('error', () => {})
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > maxDiscarded) request.destroy()
  })
}
