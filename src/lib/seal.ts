import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { StacklessError } from '../model/stackless-error.ts'
import { createHmacSha256 } from './hmac-sha256.ts'
import { pooledRandomBytes } from './random.ts'

/** The value was altered, belongs elsewhere, or was sealed with another key. The error doesn't say which. */
export class SealBroken extends StacklessError {
  constructor() {
    super('A sealed value did not open')
    this.name = 'SealBroken'
  }
}

export interface SealKey {
  id: Buffer
  key: KeyObject
}

export interface Seal {
  seal(plaintext: string | Uint8Array, aad: string): Buffer
  open(sealed: Uint8Array, aad: string): Buffer
}

// version (1) | key id (4) | nonce (24) | ciphertext | tag (16)
const version = 1
const headerLength = 5
const nonceLength = 24
const tagLength = 16

/**
 * AES-256-GCM. Half of the nonce derives a key for this value and the other half is GCM's nonce, so random nonces stay
 * safe however many values a master key seals. With GCM's 96 bits alone the limit is a few billion values.
 */
export function createSeal(current: SealKey, older: SealKey[] = []): Seal {
  const keys = [current, ...older].map(({ id, key }) => ({ id, valueKey: valueKeyOf(key) }))
  const { valueKey } = keys[0]!
  const header = Buffer.concat([Buffer.of(version), current.id])

  return {
    seal(plaintext, aad) {
      const nonce = pooledRandomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', valueKey(nonce), nonce.subarray(12))
      cipher.setAAD(Buffer.concat([header, Buffer.from(aad)]))
      const text = typeof plaintext === 'string' ? Buffer.from(plaintext) : plaintext
      return Buffer.concat([header, nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    },

    open(sealed, aad) {
      const value = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      if (value.length < headerLength + nonceLength + tagLength || value[0] !== version) throw new SealBroken()
      const found = keys.find(({ id }) => id.equals(value.subarray(1, headerLength)))
      if (!found) throw new SealBroken()

      const nonce = value.subarray(headerLength, headerLength + nonceLength)
      const decipher = createDecipheriv('aes-256-gcm', found.valueKey(nonce), nonce.subarray(12), {
        authTagLength: tagLength,
      })
      decipher.setAAD(Buffer.concat([value.subarray(0, headerLength), Buffer.from(aad)]))
      decipher.setAuthTag(value.subarray(-tagLength))
      const text = decipher.update(value.subarray(headerLength + nonceLength, -tagLength))
      try {
        return Buffer.concat([text, decipher.final()])
      } catch {
        throw new SealBroken()
      }
    },
  }
}

// A KeyObject, since Node takes three times as long with a Buffer as the key.
function valueKeyOf(key: KeyObject): (nonce: Buffer) => KeyObject {
  const hmac = createHmacSha256(key.export())
  return (nonce) => createSecretKey(hmac(nonce.subarray(0, 12)))
}
