/** Who is signed in. Credentials are in this tab's memory and storage alone, and end with it. */
import { useSyncExternalStore } from 'react'
import { ApiError, isTransient } from '../api/api-error.ts'
import { hasBeenAnswered, signWith } from '../api/call.ts'
import { queryClient } from '../api/queries.ts'
import type { Credentials } from '../api/sign.ts'
import { settings } from '../settings.ts'
import { texts } from '../texts/texts.ts'
import { callerIdentity } from './caller-identity.ts'
import { developmentCredentials } from './development.ts'
import { finishSignIn, isSignInAnswer, renewOperator, signInElsewhere, signOutOperator } from './operator.ts'

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
  /** Where it could be done again without anybody's doing, it is offered. */
  | { state: 'signed-out'; reason?: string; mayTryAgain?: boolean }
  | ({ state: 'signed-in' } & SignedIn)
  /** The credentials are of no use any more, and the page stands as it was until somebody signs in again. */
  | ({ state: 'ended'; reason: string } & SignedIn)

const storageKey = 'poolhouse.session'
/** Credentials that end so soon are renewed first, in milliseconds. */
const renewBefore = 90_000

let session: Session = { state: 'starting' }
const listeners = new Set<() => void>()

function become(next: Session): void {
  session = next
  const kept = afterReload(next)
  if (kept) sessionStorage.setItem(storageKey, JSON.stringify(kept))
  else sessionStorage.removeItem(storageKey)
  for (const listener of listeners) listener()
}

/** What the tab goes on with when it is loaded anew: an operator's credentials, or why there are none any more. */
function afterReload(next: Session): Session | undefined {
  if (next.state === 'signed-in' && next.kind === 'operator') return next
  return next.state === 'ended' ? { state: 'signed-out', reason: next.reason } : undefined
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
  (session.state === 'signed-in' || session.state === 'ended') &&
  session.arn.startsWith(`arn:aws:iam::${settings.accountId}:user/`)

/** Signs in where that takes nobody's doing. */
export async function startSession(): Promise<void> {
  signWith(currentCredentials, (credentials) => {
    if ('credentials' in session && session.credentials === credentials) endSession(texts.session.ended)
  })
  try {
    if (isSignInAnswer()) return become({ state: 'signed-in', ...(await finishSignIn()) })
    const stored = storedSession()
    if (stored) return become(stored)
    const found = settings.mode === 'dev' ? await developmentCredentials() : undefined
    become(found ? await developmentSession(found) : { state: 'signed-out' })
  } catch (error) {
    const mayTryAgain = settings.mode === 'dev' && isTransient(error)
    become({ state: 'signed-out', reason: (error as Error).message, mayTryAgain })
  }
}

/** @throws ApiError where the pair is not right */
export async function signInWithKey(credentials: Credentials): Promise<void> {
  const arn = await callerIdentity(credentials)
  continueAs({ kind: 'key', credentials, arn, name: arn.slice(arn.indexOf('/') + 1) })
}

/** Signs in at another tab, where what is on this page is not to be lost. @throws Error in words for the operator */
export async function signInAgain(): Promise<void> {
  continueAs(await signInElsewhere())
}

/** What could not be read meanwhile is read now; what another role has read is forgotten. */
function continueAs(signedIn: SignedIn): void {
  if (session.state === 'ended' && session.arn !== signedIn.arn) queryClient.clear()
  become({ state: 'signed-in', ...signedIn })
  void queryClient.invalidateQueries()
}

export function signOut(): void {
  const wasOperator = 'kind' in session && session.kind === 'operator'
  become({ state: 'signed-out' })
  if (wasOperator) signOutOperator()
}

function endSession(reason: string): void {
  if (session.state !== 'signed-in') return
  become(hasBeenAnswered() ? { ...session, state: 'ended', reason } : { state: 'signed-out', reason })
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
  if (stored.state === 'signed-out') return stored
  return (stored.expiresAt ?? 0) > Date.now() + renewBefore ? stored : undefined
}

let renewal: Promise<Session> | undefined

async function currentCredentials(): Promise<Credentials> {
  if (session.state === 'signed-in' && (session.expiresAt ?? Infinity) < Date.now() + renewBefore) await renew()
  const current = await signedIn(session)
  return current.credentials
}

/** Waits where somebody is asked to sign in again. What one has begun is not done by another. @throws ApiError */
async function signedIn(before: Session): Promise<SignedIn> {
  if (before.state === 'ended') await signInSettled()
  if (session.state !== 'signed-in') throw new ApiError('SignedOut', 'You are signed out.')
  if (before.state === 'ended' && before.arn !== session.arn) throw new ApiError('SignedOut', texts.session.someoneElse)
  return session
}

const signInSettled = () =>
  new Promise<void>((resolve) => {
    const listener = () => {
      if (session.state === 'ended') return
      listeners.delete(listener)
      resolve()
    }
    listeners.add(listener)
  })

async function renew(): Promise<void> {
  renewal ??= renewOperator().then((renewed) => ({ state: 'signed-in', ...renewed }))
  try {
    become(await renewal)
  } catch (error) {
    endSession((error as Error).message)
  } finally {
    renewal = undefined
  }
}
