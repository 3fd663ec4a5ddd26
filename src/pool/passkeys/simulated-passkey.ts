import { generateKeyPairSync } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'
import { loginName } from '../users/user.ts'
import type { Passkey } from './passkey.ts'

/** As long as those of the keepers that most have. */
const idLengths = [16, 20, 32]

/**
 * The passkey of a name that no user has: half of these names have one, and the same one every time. If all had, a name
 * that is not offered a passkey would be a user's.
 */
export function simulatedPasskey(ctx: Context, pool: Pool, typed: string): Passkey | undefined {
  const bytes = (use: string) => ctx.keyring.mac('simulated-user', use, pool.id, loginName(pool, typed))
  const choice = bytes('passkey')
  if (choice[0]! % 2 === 0) return undefined
  return {
    credentialId: bytes('credential').subarray(0, idLengths[choice[1]! % idLengths.length]),
    rpId: '',
    publicKey: nobodysKey(),
    counter: 0,
    backupEligible: true,
    backedUp: true,
    aaguid: '00000000-0000-0000-0000-000000000000',
    transports: choice[2]! % 2 === 0 ? ['internal'] : ['hybrid', 'internal'],
    name: '',
    createdAt: ctx.clock.now(),
  }
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
