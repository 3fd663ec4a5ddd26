import { randomBytes } from 'node:crypto'

/** The source of randomness. Tests may pass their own; all other callers use the default. */
export type RandomBytes = (size: number) => Buffer

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
