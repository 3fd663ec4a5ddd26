import { generateKeyPairSync } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { simulationBytes } from '../users/simulated-addresses.ts'
import type { Passkey } from './passkey.ts'

/** As long as those of the authenticators that most have. */
const idLengths = [16, 20, 32, 32]
const transports = [['internal'], ['hybrid', 'internal'], ['hybrid', 'internal'], ['usb']]

/**
 * The passkeys of a name that no user has: half of these names have one or two, and the same every time. If all had, a
 * name that is not offered a passkey would be a user's.
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

/** A key to verify with where there is none, so that the refusal takes as long. Nobody has its other half. */
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
