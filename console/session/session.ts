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
import {
  finishSignIn,
  hasRefreshToken,
  isSignInAnswer,
  renewOperator,
  signInElsewhere,
  signOutOperator,
} from './operator.ts'

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
/** The session of the login pages, by which they are renewed after a load, may end as soon as they do. */
const renewAhead = 5 * 60_000
/** Who has renewed just now gains nothing by doing it again. */
const renewedJustNow = 30_000

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
  signWith(currentCredentials, replaceEnded)
  try {
    if (isSignInAnswer()) return become({ state: 'signed-in', ...(await finishSignIn()) })
    const stored = storedSession()
    if (stored) return await resume(stored)
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
  return text === null ? undefined : JSON.parse(text)
}

/** What is about to end is renewed before there is a page, and else while there is time. */
async function resume(stored: Session): Promise<void> {
  if (stored.state !== 'signed-in') return become(stored)
  const { credentials, expiresAt = Infinity } = stored
  const remains = expiresAt - Date.now()
  if (remains < renewBefore) return become({ state: 'signed-in', ...(await renewOperator(stored.arn)) })
  become(stored)
  setTimeout(
    () => {
      if (session.state !== 'signed-in' || session.credentials !== credentials || hasRefreshToken()) return
      // In vain, it is done again with the first call that needs it.
      void renewed(session).catch(() => {})
    },
    Math.max(0, remains - renewAhead),
  )
}

let renewal: Promise<void> | undefined
let renewedAt = 0

/** Once for all who ask. @throws ApiError @throws Error in words for the operator */
function renewed({ arn, credentials }: SignedIn): Promise<void> {
  renewal ??= renewOperator(arn)
    .then((signedIn) => {
      // Who has signed out meanwhile stays so.
      if (session.state !== 'signed-in' || session.credentials !== credentials) return
      renewedAt = Date.now()
      become({ state: 'signed-in', ...signedIn })
    })
    .finally(() => {
      renewal = undefined
    })
  return renewal
}

/** Where this machine's clock is an hour ahead, all credentials seem to be over. */
const isRenewedJustNow = () => Date.now() - renewedAt < renewedJustNow

async function currentCredentials(): Promise<Credentials> {
  const isEnding = session.state === 'signed-in' && (session.expiresAt ?? Infinity) < Date.now() + renewBefore
  if (session.state === 'signed-in' && isEnding && !isRenewedJustNow()) await renew(session)
  const current = await signedIn(session)
  return current.credentials
}

/** What the server takes for expired is renewed as well, whatever the clock of this machine says. */
async function replaceEnded(credentials: Credentials, { type }: ApiError): Promise<boolean> {
  if (session.state === 'signed-in' && session.credentials === credentials) {
    const isRenewable = session.kind === 'operator' && !isRenewedJustNow()
    if (type === 'ExpiredTokenException' && isRenewable) await renew({ ...session, expiresAt: 0 })
    else endSession(texts.session.ended)
  }
  return session.state !== 'signed-out'
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

/** Ends the session where that takes its owner. @throws ApiError where the next call may try again */
async function renew(before: SignedIn): Promise<void> {
  try {
    await renewed(before)
  } catch (error) {
    if (!isTransient(error)) return endSession((error as Error).message)
    if ((before.expiresAt ?? 0) < Date.now()) throw error
  }
}
