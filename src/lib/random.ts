import { randomBytes, randomFillSync } from 'node:crypto'

/** The source of randomness. Tests may pass their own; all other callers use the default. */
export type RandomBytes = (size: number) => Buffer

const pool = Buffer.alloc(4096)
let position = pool.length

/**
 * Takes bytes from a larger buffer, since each draw from the system costs several times as much as what is done with
 * it.
 */
export function pooledRandomBytes(size: number): Buffer {
  if (size > pool.length) return randomBytes(size)
  if (position + size > pool.length) {
    randomFillSync(pool)
    position = 0
  }
  const drawn = Buffer.from(pool.subarray(position, position + size))
  // Erase them, so that they can't be read from memory later.
  pool.fill(0, position, position + size)
  position += size
  return drawn
}

/** A uniform integer in [0, limit), limit at most 2^32. Draws that would favour small values are discarded. */
export function randomBelow(limit: number, random: RandomBytes = randomBytes): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) throw new RangeError('limit must be 1 to 2^32')
  const fair = 2 ** 32 - (2 ** 32 % limit)
  for (;;) {
    const drawn = random(4).readUInt32BE()
    if (drawn < fair) return drawn % limit
  }
}

/** `length` characters, each drawn uniformly from an alphabet of at most 256. */
export function randomText(alphabet: string, length: number, random: RandomBytes = randomBytes): string {
  if (alphabet.length < 1 || alphabet.length > 256) throw new RangeError('alphabet must have 1 to 256 characters')
  const fair = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length - text.length)) if (byte < fair) text += alphabet[byte % alphabet.length]
  }
  return text
}
