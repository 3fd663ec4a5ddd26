import { hash } from '@node-rs/argon2'
import type { Yardstick } from '../frame/yardstick.ts'

const cost = { algorithm: 2, memoryCost: 19456, timeCost: 2, parallelism: 1 } as const

/** One Argon2id over 19 MiB, two passes, one lane. */
export const start = async (): Promise<Yardstick> => ({ operation: () => hash('correct horse battery staple', cost) })
