import { hash } from 'node:crypto'

/** The block size of SHA-256 in bytes. */
const blockSize = 64

/**
 * HMAC-SHA256 (RFC 2104) with one key for many short messages. Node's own creates an object for each message, which
 * costs several times as much as the two hashes. Digests are text of one byte per character: as buffers they would have
 * memory of their own, which costs twice the hash.
 */
export function createHmacSha256(key: Uint8Array): (data: string | Uint8Array) => Buffer {
  const inner = Buffer.alloc(blockSize, 0x36)
  const outer = Buffer.alloc(blockSize + 32, 0x5c)
  const short = key.length > blockSize ? hash('sha256', key, 'buffer') : key
  for (const [index, byte] of short.entries()) {
    inner[index]! ^= byte
    outer[index]! ^= byte
  }
  return (data) => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    outer.write(hash('sha256', Buffer.concat([inner, bytes]), 'binary'), blockSize, 'latin1')
    return Buffer.from(hash('sha256', outer, 'binary'), 'latin1')
  }
}
