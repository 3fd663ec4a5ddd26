import { generateKeyPairSync } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { simulationBytes } from '../users/simulated-addresses.ts'
import type { Passkey } from './passkey.ts'

/** As long as the ids of the most common authenticators. */
const idLengths = [16, 20, 32, 32]
const transports = [['internal'], ['hybrid', 'internal'], ['hybrid', 'internal'], ['usb']]

/**
 * The passkeys of an unknown name. Half of these names have one or two, always the same: if all of them had some, a
 * name without a passkey would have to be a real user's.
 */
export function simulatedPasskeys(ctx: Context, pool: Pool, typed: string): Passkey[] {
  const choice = simulationBytes(ctx, pool, typed, 'passkey')
  if (choice[0]! % 2 === 0) return []
  const count = choice[3]! % 4 === 0 ? 2 : 1
  return Array.from({ length: count }, (_, index) => ({
    credentialId: simulationBytes(ctx, pool, typed, index === 0 ? 'credential' : `credential ${index}`).subarray(
      0,
      idLengths[(choice[1]! + index) % idLengths.length],
    ),
    rpId: '',
    publicKey: nobodysKey(),
    counter: 0,
    backupEligible: true,
    backedUp: true,
    aaguid: '00000000-0000-0000-0000-000000000000',
    transports: transports[(choice[2]! + index) % transports.length]!,
    name: '',
    createdAt: ctx.clock.now(),
  }))
}

let key: Buffer | undefined

/** A key to verify with where there is none, so that the refusal takes as long. Nobody has its private half. */
export function nobodysKey(): Buffer {
  if (key) return key
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  // COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
  key = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x!, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y!, 'base64url'),
  ])
  return key
}
