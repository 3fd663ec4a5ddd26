import { randomBytes } from 'node:crypto'
import type { Keyring } from '../../lib/keyring.ts'
import { randomText } from '../../lib/random.ts'

/** The content of temporary credentials. It is not stored: the token carries it, sealed. */
export interface SessionClaims {
  accessKeyId: string
  secretAccessKey: string
  roleName: string
  sessionName: string
  source: SessionSource
  /** The role that assumed this one, at its revision then. */
  by?: { roleName: string; revision: string }
  /** In seconds since 1970. */
  expiresAt: number
}

/** The holder, and what the credentials depend on. */
export type SessionSource =
  | { kind: 'operator'; poolId: string; userId: string; originJti: string }
  | { kind: 'access-key'; keyId: string }
  | { kind: 'root'; keyId: string }
  | { kind: 'outside'; issuer: string; subject: string; trust: string }

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

/** Undefined for a token that was not issued here. */
export function openSessionToken({ keyring }: { keyring: Keyring }, token: string): SessionClaims | undefined {
  if (token.length > maxLength) return undefined
  try {
    const claims = JSON.parse(keyring.open(Buffer.from(token, 'base64'), aad).toString()) as SessionClaims
    return claims.source ? claims : undefined
  } catch {
    return undefined
  }
}
