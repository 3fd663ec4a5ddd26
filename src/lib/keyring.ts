import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { sameBytes } from './constant-time.ts'
import { createHmacSha256 } from './hmac-sha256.ts'
import { createSeal } from './seal.ts'

/** The purpose of a sub-key. No sub-key serves two purposes, so a value made for one is never accepted for another. */
export type Purpose =
  | 'seal'
  | 'check'
  | 'code-hash'
  | 'quota-subject'
  | 'registration-token'
  | 'session-hash'
  | 'session-id'
  | 'token-hash'
  | 'password-history'
  | 'cookies'
  | 'csrf'
  | 'passkey-challenge'
  | 'cursor'
  | 'simulated-user'
  | 'refresh-token'
  | 'feedback-token'
  | 'oauth-state'
  | 'import-upload'
  | 'federation'
  | 'audit'
  | 'dpop-nonce'
  | 'used-proof'
  | 'caller'

/** The sub-keys of the master key. */
export interface Keyring {
  key(purpose: Purpose): KeyObject
  bytes(purpose: Purpose): Buffer
  /** HMAC-SHA256 over the parts, each prefixed with its length, so `ab`,`c` and `a`,`bc` differ. */
  mac(purpose: Purpose, ...parts: (string | Uint8Array)[]): Buffer
  /** AES-256-GCM. `aad` is the row's identity: a sealed value copied to another row or column does not open. */
  seal(plaintext: string | Uint8Array, aad: string): Buffer
  /** @throws SealBroken for anything this keyring did not seal with this `aad` */
  open(sealed: Uint8Array, aad: string): Buffer
  /** Stored in the database. At startup it tells whether the master key is the one the data was sealed with. */
  checkValue(): Buffer
  /** Which of the keyring's keys made a check value; undefined for a wrong master key. */
  recognises(checkValue: Uint8Array): 'current' | 'older' | undefined
  /**
   * Applies the database's state: the key that seals, and the secret from which everything but seals derives, if that
   * is not the key itself. Hashes outlive the key that they were made with.
   */
  use(state: { sealing: 'current' | 'older'; derivationSecret?: Buffer }): void
  /** The secret from which everything but seals derives. */
  derivationSecret(): Buffer
  /** The second to fifth byte of a sealed value, which identify the key that sealed it. */
  sealId(key: 'current' | 'older'): Buffer
}

/**
 * `current` seals, derives and opens. `older` master keys only open, unless the database says that one of them still
 * seals; see store/installation.
 */
export function createKeyring(current: Buffer, older: Buffer[] = []): Keyring {
  const subKeys = deriveFrom(current)
  const former = older.map(deriveFrom)
  const sealKeys = [subKeys, ...former].map(sealKeyOf)
  let secret = current
  let derived = subKeys
  let { seal, open } = createSeal(sealKeys[0]!, sealKeys.slice(1))

  return {
    key: (purpose) => derived(purpose).key,
    bytes: (purpose) => Buffer.from(derived(purpose).bytes),
    mac: (purpose, ...parts) => mac(derived(purpose), parts),
    seal: (plaintext, aad) => seal(plaintext, aad),
    open: (sealed, aad) => open(sealed, aad),
    checkValue: () => checkOf(subKeys),
    recognises(value) {
      if (sameBytes(value, checkOf(subKeys))) return 'current'
      return former.some((keys) => sameBytes(value, checkOf(keys))) ? 'older' : undefined
    },
    use({ sealing, derivationSecret }) {
      const [first, ...others] = sealing === 'current' ? sealKeys : sealKeys.toReversed()
      ;({ seal, open } = createSeal(first!, others))
      const next = derivationSecret ?? (sealing === 'current' ? current : older[0]!)
      if (!next.equals(secret)) derived = deriveFrom(next)
      secret = next
    },
    derivationSecret: () => Buffer.from(secret),
    sealId: (key) => (key === 'current' ? sealKeys[0]! : sealKeys[1]!).id,
  }
}

interface SubKey {
  key: KeyObject
  bytes: Buffer
  hmac: (message: Uint8Array) => Buffer
}

type SubKeys = (purpose: Purpose) => SubKey

function deriveFrom(masterKey: Buffer): SubKeys {
  if (masterKey.length !== 32) throw new RangeError('A master key has 32 bytes')
  const master = createSecretKey(masterKey)
  const derived = new Map<Purpose, SubKey>()
  return (purpose) => {
    let found = derived.get(purpose)
    if (!found) {
      const bytes = Buffer.from(hkdfSync('sha256', master, '', `poolhouse ${purpose}`, 32))
      found = { key: createSecretKey(bytes), bytes, hmac: createHmacSha256(bytes) }
      derived.set(purpose, found)
    }
    return found
  }
}

const lengthSize = 4

function mac({ hmac }: SubKey, parts: (string | Uint8Array)[]): Buffer {
  let size = 0
  for (const part of parts) size += lengthSize + Buffer.byteLength(part)
  const message = Buffer.allocUnsafe(size)
  let position = 0
  for (const part of parts) {
    const start = position + lengthSize
    const length = Buffer.byteLength(part)
    message.writeUInt32BE(length, position)
    if (typeof part === 'string') message.write(part, start)
    else message.set(part, start)
    position = start + length
  }
  return hmac(message)
}

const checkOf = (subKeys: SubKeys): Buffer => mac(subKeys('check'), ['check value'])

// Four bytes are enough to tell a handful of keys apart, and reveal nothing of the key.
const sealKeyOf = (subKeys: SubKeys) => ({
  id: mac(subKeys('check'), ['key id']).subarray(0, 4),
  key: subKeys('seal').key,
})
