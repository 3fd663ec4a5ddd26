import { trimEndOf } from './trim-end.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648, without padding: the form that authenticator apps and the service's SecretCode use. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}

/** Accepts either case, padded or not; undefined for anything an encoder doesn't produce. */
export function decodeBase32(text: string): Buffer | undefined {
  if (!/^[A-Z2-7]*=*$/i.test(text)) return undefined
  const digits = trimEndOf(text.toUpperCase(), '=')
  if (digits.length !== text.length && text.length !== Math.ceil(digits.length / 8) * 8) return undefined

  const bytes = Buffer.alloc(Math.floor((digits.length * 5) / 8))
  let held = 0
  let bits = 0
  let length = 0
  for (const digit of digits) {
    held = (held << 5) | alphabet.indexOf(digit)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = held >>> bits
      held &= (1 << bits) - 1
    }
  }
  // Five or more leftover bits mean a superfluous digit, and leftover bits must be zero.
  return bits < 5 && held === 0 ? bytes : undefined
}
