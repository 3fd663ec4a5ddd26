import { randomBytes } from 'node:crypto'
import type { Keyring } from '../../lib/keyring.ts'
import { randomText } from '../../lib/random.ts'

/** What temporary credentials are worth, and for whom. Nothing of it is stored: the token carries it, sealed. */
export interface SessionClaims {
  accessKeyId: string
  secretAccessKey: string
  roleName: string
  sessionName: string
  /** The operator, and the sign-in that the credentials end with. */
  poolId: string
  userId: string
  originJti: string
  /** In seconds since 1970. */
  expiresAt: number
}

const aad = 'sts session token'
const maxLength = 4096

export interface IssuedSession extends SessionClaims {
  sessionToken: string
}

export function issueSession(
  { keyring }: { keyring: Keyring },
  claims: Omit<SessionClaims, 'accessKeyId' | 'secretAccessKey'>,
): IssuedSession {
  const pair = {
    accessKeyId: `ASIA${randomText('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  }
  const session = { ...claims, ...pair }
  return { ...session, sessionToken: keyring.seal(JSON.stringify(session), aad).toString('base64') }
}

/** Undefined for what was not issued here. */
export function openSessionToken({ keyring }: { keyring: Keyring }, token: string): SessionClaims | undefined {
  if (token.length > maxLength) return undefined
  try {
    return JSON.parse(keyring.open(Buffer.from(token, 'base64'), aad).toString()) as SessionClaims
  } catch {
    return undefined
  }
}
