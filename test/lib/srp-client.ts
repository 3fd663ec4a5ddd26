import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The parts of amazon-cognito-identity-js that do its arithmetic; the package types only its outer layer. */
export interface BigInteger {
  toString(radix: number): string
}

interface AuthenticationHelper {
  largeAValue: BigInteger
  smallAValue: BigInteger
  calculateA(a: BigInteger, callback: (error: unknown, A: BigInteger) => void): void
  getPasswordAuthenticationKey(
    userId: string,
    password: string,
    B: BigInteger,
    salt: BigInteger,
    callback: (error: unknown, key: Uint8Array) => void,
  ): void
  generateHashDevice(deviceGroupKey: string, deviceKey: string, callback: (error: unknown) => void): void
  getRandomPassword(): string
  getSaltDevices(): string
  getVerifierDevices(): string
}

const Helper: new (poolName: string) => AuthenticationHelper =
  require('amazon-cognito-identity-js/lib/AuthenticationHelper.js').default

const Integer: new (hex: string, radix: 16) => BigInteger =
  require('amazon-cognito-identity-js/lib/BigInteger.js').default

const DateHelper: new () => { getNowString(): string } = require('amazon-cognito-identity-js/lib/DateHelper.js').default

export const integer = (hex: string): BigInteger => new Integer(hex, 16)
export const newClient = (poolName: string): AuthenticationHelper => new Helper(poolName)
export const clientTimestamp = (): string => new DateHelper().getNowString()

export function clientKey(client: AuthenticationHelper, userId: string, password: string, B: string, salt: string) {
  return new Promise<Buffer>((resolve, reject) => {
    client.getPasswordAuthenticationKey(userId, password, integer(B), integer(salt), (error, key) =>
      error ? reject(error) : resolve(Buffer.from(key)),
    )
  })
}

export function rememberDevice(client: AuthenticationHelper, deviceGroupKey: string, deviceKey: string) {
  return new Promise<{ password: string; salt: Buffer; verifier: Buffer }>((resolve, reject) => {
    client.generateHashDevice(deviceGroupKey, deviceKey, (error) => {
      if (error) return reject(error)
      resolve({
        password: client.getRandomPassword(),
        salt: Buffer.from(client.getSaltDevices(), 'hex'),
        verifier: Buffer.from(client.getVerifierDevices(), 'hex'),
      })
    })
  })
}
