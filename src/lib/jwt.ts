import { constants, createPrivateKey, type KeyObject, sign, verify } from 'node:crypto'
import { currentCaller } from './current-caller.ts'
import { createFairQueue } from './fair-queue.ts'

import { spanned } from './spans.ts'

export type JwtPayload = Record<string, unknown>

/** Why a token is refused: it is malformed, or none of our keys signed it. */
export type JwtRefusal = 'malformed' | 'signature'

const maxLength = 16 * 1024

const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4

const queue = createFairQueue({
  name: 'signatures',
  // Each thread finds its next task when it has done one: putting it to sleep and waking it costs a tenth of a signature.
  running: 2 * threads,
  waiting: 4096,
  patience: 10_000,
})

/** Signs or verifies on Node's thread pool, in a queue in which callers take turns. @throws QueueFull */
export const inTurn = <T>(task: () => Promise<T>): Promise<T> => queue.run({ address: currentCaller() }, task)

/** Both algorithms use the same RSA keys. */
export type JwtAlgorithm = 'RS256' | 'PS256'

const paddings: Record<JwtAlgorithm, { padding: number; saltLength: number } | undefined> = {
  // What RSA keys do by default.
  RS256: undefined,
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
}

/** A key with options costs 20 µs more than a plain one: Node throws two errors to find out what it was given. */
const keyFor = (alg: JwtAlgorithm, key: KeyObject) => {
  const padding = paddings[alg]
  return padding ? { key, ...padding } : key
}

/**
 * Signs off the event loop, in the queue. The caller parses the key once: parsing a PEM each time takes two to three
 * times as long.
 */
export function signJwt(
  kid: string,
  payload: object,
  privateKey: KeyObject,
  { alg = 'RS256', typ }: { alg?: JwtAlgorithm; typ?: string } = {},
): Promise<string> {
  const text = `${encode({ kid, alg, typ })}.${encode(payload)}`
  return inTurn(() => signed(text, privateKey, alg)).then((signature) => `${text}.${signature.toString('base64url')}`)
}

export const rs256 = (text: string, privateKey: KeyObject): Promise<Buffer> =>
  inTurn(() => signed(text, privateKey, 'RS256'))

function signed(text: string, privateKey: KeyObject, alg: JwtAlgorithm): Promise<Buffer> {
  const copies = copiesOf(privateKey)
  const idle = copies.idle.pop() ?? addCopy(copies, privateKey)
  const work = () =>
    new Promise<Buffer>((resolve, reject) => {
      sign('RSA-SHA256', Buffer.from(text), keyFor(alg, idle ?? privateKey), (error, signature) => {
        if (idle) copies.idle.push(idle)
        if (error) reject(error)
        else resolve(signature)
      })
    })
  return spanned('sign', work)
}

interface Copies {
  idle: KeyObject[]
  made: number
}

// Node locks a key while a thread signs with it, so a single key object would keep one core busy and the others idle.
const maxCopies = threads
const copiesOfKeys = new WeakMap<KeyObject, Copies>()

function copiesOf(key: KeyObject): Copies {
  let copies = copiesOfKeys.get(key)
  if (!copies) {
    copies = { idle: [key], made: 1 }
    copiesOfKeys.set(key, copies)
  }
  return copies
}

function addCopy(copies: Copies, key: KeyObject): KeyObject | undefined {
  if (copies.made === maxCopies) return undefined
  copies.made++
  return createPrivateKey({ key: key.export({ format: 'der', type: 'pkcs8' }), format: 'der', type: 'pkcs8' })
}

/**
 * Checks format and signature only; the caller checks times, issuer and audience. `findKey` gets the claims before they
 * are verified, since a token names its pool in `iss` and a key belongs to a pool.
 */
export async function verifyJwt(
  token: string,
  findKey: (kid: string, unproven: JwtPayload) => KeyObject | undefined | Promise<KeyObject | undefined>,
): Promise<{ payload: JwtPayload } | { refused: JwtRefusal }> {
  const parts = token.length <= maxLength ? token.split('.', 4) : []
  const [head, body, tail] = parts
  if (!head || !body || !tail || parts.length !== 3) return { refused: 'malformed' }

  const header = decodeObject(head)
  const payload = decodeObject(body)
  const signature = decode(tail)
  // `crit` names extensions that must be understood, and none is.
  if (!header || !payload || !signature || !isAlgorithm(header.alg) || 'crit' in header) return { refused: 'malformed' }
  if (typeof header.kid !== 'string') return { refused: 'malformed' }

  const key = await findKey(header.kid, payload)
  if (key?.asymmetricKeyType !== 'rsa') return { refused: 'signature' }
  const { alg } = header
  const isGood = await inTurn(() => isSigned(`${head}.${body}`, key, signature, alg))
  return isGood ? { payload } : { refused: 'signature' }
}

const isAlgorithm = (alg: unknown): alg is JwtAlgorithm => typeof alg === 'string' && Object.hasOwn(paddings, alg)

function isSigned(text: string, key: KeyObject, signature: Buffer, alg: JwtAlgorithm): Promise<boolean> {
  const work = () =>
    new Promise<boolean>((resolve, reject) => {
      verify('RSA-SHA256', Buffer.from(text), keyFor(alg, key), signature, (error, valid) =>
        error ? reject(error) : resolve(valid),
      )
    })
  return spanned('verify signature', work)
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

// Node ignores characters that are not base64url. Only text that re-encodes to itself is accepted, so a token has a
// single spelling.
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}

function decodeObject(part: string): JwtPayload | undefined {
  const bytes = decode(part)
  if (!bytes) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JwtPayload) : undefined
  } catch {
    return undefined
  }
}
