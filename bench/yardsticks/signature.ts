import { generateKeyPairSync, sign } from 'node:crypto'
import type { Yardstick } from '../frame/yardstick.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const text = Buffer.alloc(600, 'x')

/** One RS256-2048 signature off the event loop, over the length of a token. */
export const signature = (): Promise<void> =>
  new Promise((resolve, reject) => sign('RSA-SHA256', text, privateKey, (error) => (error ? reject(error) : resolve())))

export const start = async (): Promise<Yardstick> => ({ operation: signature })
