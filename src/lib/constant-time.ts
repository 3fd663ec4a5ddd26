import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto'

const key = createSecretKey(randomBytes(32))

const digest = (value: string | Uint8Array): Buffer => createHmac('sha256', key).update(value).digest()

/**
 * Compares keyed digests, so neither content nor length shows in the time it takes. The key belongs to this process.
 */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => timingSafeEqual(digest(a), digest(b))

export const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
