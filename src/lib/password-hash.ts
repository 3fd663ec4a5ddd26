import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { createFairQueue, type WorkOwner } from './fair-queue.ts'
import { verifierOf } from './foreign-hash.ts'
import { createGroups } from './groups.ts'
import { spanned } from './spans.ts'

const argon2id = { algorithm: 2, memoryCost: 19456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

// Password hashes and token signatures share libuv's threads. Two threads are always left for signatures, which are
// quick, so a call with a token never waits behind passwords. More concurrent hashes than cores, or than the share that
// a worker has of them, would only take turns, and use 20 MB each.
const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
const queue = createFairQueue({
  name: 'password-hashes',
  running: Math.max(1, Math.min(availableParallelism(), threads - 2)),
  waiting: 512,
  patience: 10_000,
})
const inGroups = createGroups(8)

/** Hashes the password's bytes, unnormalized, with Argon2id; a PHC string. @throws QueueFull */
export const hashPassword = (password: string, owner: WorkOwner = {}): Promise<string> =>
  queued('hash password', owner, () => hash(password, argon2id))

/** False for a wrong password and, after the same time, for a malformed hash. @throws QueueFull */
export const verifyPassword = (phc: string, password: string, owner: WorkOwner = {}): Promise<boolean> =>
  queued('verify password', owner, () =>
    (verifierOf(phc)?.(password) ?? verify(phc, password)).catch(async () => {
      await verify(unmatched, password)
      return false
    }),
  )

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
const unmatched = `$argon2id$v=19$m=19456,t=2,p=1$${base64(randomBytes(16))}$${base64(randomBytes(32))}`

/** A hash that no password matches. It is verified if the user doesn't exist, so that takes as long. */
export const dummyHash = (): string => unmatched

const queued = <T>(name: string, owner: WorkOwner, task: () => Promise<T>): Promise<T> =>
  spanned(name, () => inGroups(queue.run(owner, task)))
