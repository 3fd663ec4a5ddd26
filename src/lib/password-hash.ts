import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { verifierOf } from './foreign-hash.ts'
import { createGate } from './gate.ts'
import { createGroups } from './groups.ts'

/** More sign-ins wait for a password hash than will be served in any patient person's time. */
export class HashQueueFull extends Error {
  constructor() {
    super('Too many passwords are waiting to be hashed')
    this.name = 'HashQueueFull'
  }
}

const argon2id = { algorithm: 2, memoryCost: 19456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

// Hashes and token signatures share the threads of libuv. One thread is always left to signatures, which are quick, so
// that a call with a token never waits behind passwords; more hashes than cores would only take turns, and memory.
const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
const gate = createGate({ running: Math.max(1, Math.min(availableParallelism(), threads - 1)), waiting: 512 })
const inGroups = createGroups(8)

/** Argon2id over the password's bytes as they were given; a PHC string. */
export const hashPassword = (password: string): Promise<string> => queued(() => hash(password, argon2id))

/** False for a wrong password, and, after the same time, for a hash that is none. */
export const verifyPassword = (phc: string, password: string): Promise<boolean> =>
  queued(() =>
    (verifierOf(phc)?.(password) ?? verify(phc, password)).catch(async () => {
      await verify(unmatched, password)
      return false
    }),
  )

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
const unmatched = `$argon2id$v=19$m=19456,t=2,p=1$${base64(randomBytes(16))}$${base64(randomBytes(32))}`

/** A hash that no password has, verified against where there is no user, so that absence takes as long. */
export const dummyHash = (): string => unmatched

async function queued<T>(task: () => Promise<T>): Promise<T> {
  const result = gate.run(task)
  if (!result) throw new HashQueueFull()
  return inGroups(result)
}
