/**
 * The sign-in of `poolhouse login` on this machine: a refresh token, and the latest credentials that were made with it.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  allowInsecureRequests,
  type Configuration,
  discovery,
  None,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client'
import { StartError } from './run.ts'

export interface TemporaryCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  expiresAt: string
}

export interface OperatorSession {
  /** The public URL of the installation. */
  url: string
  issuer: string
  clientId: string
  roleArn: string
  refreshToken: string
  credentials?: TemporaryCredentials
}

/** Credentials are renewed this long before they expire, so that the caller still has time to use them. */
const renewBefore = 5 * 60_000

const fileOf = (url: string): string => {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  return join(state, 'poolhouse', `login-${createHash('sha256').update(url).digest('hex').slice(0, 16)}.json`)
}

export async function readSession(url: string): Promise<OperatorSession | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(url), 'utf8')) as OperatorSession
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Readable by its owner alone. Replaced by a rename, so that nobody reads a half-written file. */
export async function writeSession(session: OperatorSession): Promise<void> {
  const file = fileOf(session.url)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.${process.pid}`
  await writeFile(next, JSON.stringify(session), { mode: 0o600 })
  await rename(next, file)
}

/** Revokes the sign-in on the server, and with it all credentials that were made from it. */
export async function endSession(url: string): Promise<boolean> {
  const session = await readSession(url)
  if (!session) return false
  await rm(fileOf(url), { force: true })
  await tokenRevocation(await clientOf(session), session.refreshToken)
  return true
}

/** The pool's public client, as its discovery document describes it. */
export const clientOf = ({ issuer, clientId }: Pick<OperatorSession, 'issuer' | 'clientId'>): Promise<Configuration> =>
  discovery(new URL(issuer), clientId, undefined, None(), {
    ...(issuer.startsWith('http:') && { execute: [allowInsecureRequests] }),
  })

/** Credentials that stay valid for at least a few minutes. @throws StartError if the sign-in has ended */
export async function credentialsOf(session: OperatorSession): Promise<TemporaryCredentials> {
  const { credentials } = session
  if (credentials && Date.parse(credentials.expiresAt) - Date.now() > renewBefore) return credentials
  const tokens = await refreshTokenGrant(await clientOf(session), session.refreshToken).catch((error) => {
    if (error.error === 'invalid_grant') throw new StartError('The sign-in has ended. Run `poolhouse login` again.')
    throw error
  })
  const made = await assumeRole(session.url, session.roleArn, tokens.id_token!)
  await writeSession({ ...session, refreshToken: tokens.refresh_token ?? session.refreshToken, credentials: made })
  return made
}

/** @throws StartError with the code and message of the STS error */
export async function assumeRole(url: string, roleArn: string, idToken: string): Promise<TemporaryCredentials> {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'poolhouse-login',
    WebIdentityToken: idToken,
  })
  const response = await fetch(url, { method: 'POST', body })
  const text = await response.text()
  const textOf = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? ''
  if (!response.ok) throw new StartError(`${textOf('Code')}: ${textOf('Message')}`)
  return {
    accessKeyId: textOf('AccessKeyId'),
    secretAccessKey: textOf('SecretAccessKey'),
    sessionToken: textOf('SessionToken'),
    expiresAt: textOf('Expiration'),
  }
}
