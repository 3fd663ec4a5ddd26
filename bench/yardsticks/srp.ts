import { DiffieHellman, getDiffieHellman, randomBytes } from 'node:crypto'
import type { Yardstick } from '../frame/yardstick.ts'
import { signature } from './signature.ts'

const peer = getDiffieHellman('modp15').generateKeys()

/**
 * The arithmetic of one SRP sign-in on the server, g^b, v^u and (A·v^u)^b modulo 3072 bits, and two token signatures.
 */
async function operation(): Promise<void> {
  for (let power = 0; power < 3; power++) {
    const group = getDiffieHellman('modp15')
    Reflect.apply(DiffieHellman.prototype.setPrivateKey, group, [randomBytes(32)])
    group.computeSecret(peer)
  }
  await Promise.all([signature(), signature()])
}

export const start = async (): Promise<Yardstick> => ({ operation })
