import { hash, timingSafeEqual } from 'node:crypto'

const digest = (value: string | Uint8Array): Buffer => hash('sha256', value, 'buffer')

/** Compares digests, so neither content nor length shows in the time it takes. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => timingSafeEqual(digest(a), digest(b))

export const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
