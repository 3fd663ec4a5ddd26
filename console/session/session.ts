/** Who is signed in. Credentials are in this tab's memory and storage alone, and end with it. */
import { useSyncExternalStore } from 'react'
import { ApiError } from '../api/api-error.ts'
import { signWith } from '../api/call.ts'
import type { Credentials } from '../api/sign.ts'
import { settings } from '../settings.ts'
import { texts } from '../texts/texts.ts'
import { callerIdentity } from './caller-identity.ts'
import { developmentCredentials } from './development.ts'
import { finishSignIn, isSignInAnswer, renewOperator, signOutOperator } from './operator.ts'

export interface SignedIn {
  kind: 'development' | 'operator' | 'key'
  credentials: Credentials
  /** The ARN of who signs. */
  arn: string
  /** A name for people. */
  name: string
  /** In milliseconds since 1970; unset for keys. */
  expiresAt?: number
}

export type Session =
  | { state: 'starting' }
  | { state: 'signed-out'; reason?: string }
  | ({ state: 'signed-in' } & SignedIn)

const storageKey = 'poolhouse.session'
/** Credentials that end so soon are renewed first, in milliseconds. */
const renewBefore = 90_000

let session: Session = { state: 'starting' }
const listeners = new Set<() => void>()

function become(next: Session): void {
  session = next
  if (next.state === 'signed-in' && next.kind === 'operator') sessionStorage.setItem(storageKey, JSON.stringify(next))
  else sessionStorage.removeItem(storageKey)
  for (const listener of listeners) listener()
}

export const useSession = (): Session =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => session,
  )

export const currentSession = (): Session => session

/** Root may do everything, as its key pair may. */
export const isRoot = (session: Session): boolean =>
  session.state === 'signed-in' && session.arn.startsWith(`arn:aws:iam::${settings.accountId}:user/`)

/** Signs in where that takes nobody's doing. */
export async function startSession(): Promise<void> {
  signWith(currentCredentials, () => endSession(texts.session.ended))
  try {
    if (isSignInAnswer()) return become({ state: 'signed-in', ...(await finishSignIn()) })
    const stored = storedSession()
    if (stored) return become(stored)
    const found = settings.mode === 'dev' ? await developmentCredentials() : undefined
    become(found ? await developmentSession(found) : { state: 'signed-out' })
  } catch (error) {
    become({ state: 'signed-out', reason: (error as Error).message })
  }
}

/** @throws ApiError where the pair is not right */
export async function signInWithKey(credentials: Credentials): Promise<void> {
  const arn = await callerIdentity(credentials)
  become({ state: 'signed-in', kind: 'key', credentials, arn, name: arn.slice(arn.indexOf('/') + 1) })
}

export function signOut(): void {
  const wasOperator = session.state === 'signed-in' && session.kind === 'operator'
  become({ state: 'signed-out' })
  if (wasOperator) signOutOperator()
}

function endSession(reason: string): void {
  if (session.state === 'signed-in') become({ state: 'signed-out', reason })
}

async function developmentSession(credentials: Credentials): Promise<Session> {
  return {
    state: 'signed-in',
    kind: 'development',
    credentials,
    arn: `arn:aws:iam::${settings.accountId}:user/${credentials.accessKeyId}`,
    name: 'development',
  }
}

function storedSession(): Session | undefined {
  const text = sessionStorage.getItem(storageKey)
  if (text === null) return undefined
  const stored = JSON.parse(text) as Session & { expiresAt?: number }
  return (stored.expiresAt ?? 0) > Date.now() + renewBefore ? stored : undefined
}

let renewal: Promise<Session> | undefined

async function currentCredentials(): Promise<Credentials> {
  if (session.state !== 'signed-in') throw new ApiError('SignedOut', 'You are signed out.')
  if (session.expiresAt !== undefined && session.expiresAt < Date.now() + renewBefore) await renew()
  return (session as SignedIn & Session).credentials
}

async function renew(): Promise<void> {
  renewal ??= renewOperator().then((renewed) => ({ state: 'signed-in', ...renewed }))
  try {
    become(await renewal)
  } catch (error) {
    endSession((error as Error).message)
    throw new ApiError('SignedOut', 'Your session has ended.')
  } finally {
    renewal = undefined
  }
}
