/**
 * The sign-in of operators: authorization code with PKCE at the operators' pool, then credentials of a role for the ID
 * token. The refresh token stays in memory: a tab that is loaded anew gets one for the session of the login pages.
 */
import { ask, parseAnswer, unreadable } from '../api/ask.ts'
import { settings } from '../settings.ts'
import { base, navigate } from '../shell/router.tsx'
import { texts } from '../texts/texts.ts'
import { base64Url, randomText, sha256 } from './random.ts'
import type { SignedIn } from './session.ts'
import { callSts, textIn } from './sts.ts'

const redirectUri = `${settings.publicUrl}/console/`
const attemptKey = 'poolhouse.attempt'

interface Attempt {
  state: string
  verifier: string
  returnTo: string
}

interface Tokens {
  id_token: string
  refresh_token?: string
}

class SignInExpired extends Error {
  constructor() {
    super(texts.session.ended)
  }
}

let refreshToken: string | undefined
let roleArn: string | undefined

/** Leaves for the login page, and comes back to where it left. */
export async function beginSignIn(): Promise<void> {
  const attempt = newAttempt()
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt))
  location.assign(await loginUrl(attempt))
}

/** Signs in at the login page in another tab, which hands its answer to this one. @throws Error in words for the operator */
export async function signInElsewhere(): Promise<SignedIn> {
  // At once, since browsers open tabs for a click alone.
  const tab = open('', '_blank')
  if (!tab) throw new Error(texts.session.tabBlocked)
  const attempt = newAttempt()
  const answers = new BroadcastChannel(channelOf(attempt.state))
  try {
    tab.location = await loginUrl(attempt)
    const query = await new Promise<string>((resolve) => {
      answers.onmessage = ({ data }) => resolve(data)
    })
    answers.postMessage('received')
    return await redeem(new URLSearchParams(query), attempt)
  } finally {
    answers.close()
  }
}

/** Nobody else knows the state. */
const channelOf = (state: string) => `poolhouse.sign-in.${state}`

const newAttempt = (): Attempt => ({
  state: randomText(),
  verifier: randomText(),
  returnTo: location.pathname + location.search,
})

async function loginUrl({ state, verifier }: Attempt): Promise<string> {
  const { authorizationEndpoint, clientId } = settings.signIn!
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: redirectUri,
    state,
    code_challenge: base64Url(await sha256(verifier)),
    code_challenge_method: 'S256',
  })
  return `${authorizationEndpoint}?${query}`
}

export const isSignInAnswer = (): boolean => {
  const query = new URLSearchParams(location.search)
  return location.pathname === '/console/' && query.has('state') && (query.has('code') || query.has('error'))
}

/** @throws Error in words for the operator */
export async function finishSignIn(): Promise<SignedIn> {
  const query = new URLSearchParams(location.search)
  const attempt: Attempt | null = JSON.parse(sessionStorage.getItem(attemptKey) ?? 'null')
  sessionStorage.removeItem(attemptKey)
  navigate(attempt?.returnTo.slice(base.length) ?? '', { replace: true })
  if (attempt?.state === query.get('state')) return redeem(query, attempt!)
  if (await handOver(query)) {
    close()
    throw new Error(texts.session.continuesElsewhere)
  }
  throw new Error('This sign-in was not begun here. Try again.')
}

/** Gives the answer to the tab that has begun the sign-in. False where there is none. */
async function handOver(query: URLSearchParams): Promise<boolean> {
  const tab = new BroadcastChannel(channelOf(query.get('state')!))
  try {
    return await new Promise<boolean>((resolve) => {
      tab.onmessage = () => resolve(true)
      tab.postMessage(query.toString())
      setTimeout(() => resolve(false), 1000)
    })
  } finally {
    tab.close()
  }
}

async function redeem(query: URLSearchParams, { verifier }: Attempt): Promise<SignedIn> {
  if (query.has('error')) throw new Error(query.get('error_description') ?? query.get('error')!)
  return operatorOf(
    await tokens({
      grant_type: 'authorization_code',
      code: query.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  )
}

/**
 * New credentials for the same operator, without anybody's doing: with the refresh token, or else for the session of the
 * login pages.
 * @throws ApiError @throws Error in words for the operator, who has to sign in
 */
export async function renewOperator(arn: string): Promise<SignedIn> {
  if (!settings.signIn) throw new SignInExpired()
  const renewed = (await refreshed()) ?? (await authorizeSilently())
  if (renewed.arn === arn) return renewed
  // Somebody else has signed in at the login pages meanwhile.
  refreshToken = undefined
  roleArn = undefined
  throw new Error(texts.session.ended)
}

/** Whether credentials can be renewed however long the session of the login pages lasts. */
export const hasRefreshToken = (): boolean => refreshToken !== undefined

/** Undefined where there is no refresh token, or it is of no use any more. */
async function refreshed(): Promise<SignedIn | undefined> {
  if (refreshToken === undefined) return undefined
  try {
    const answer = await tokens({ grant_type: 'refresh_token', refresh_token: refreshToken })
    return await operatorOf(answer)
  } catch (error) {
    if (!(error instanceof SignInExpired)) throw error
    refreshToken = undefined
    return undefined
  }
}

/**
 * Follows the redirects of the sign-in, which end at this page's own address with a code or an error. A browser tells
 * where they ended only if they all stay at the console's origin.
 */
async function authorizeSilently(): Promise<SignedIn> {
  const attempt = newAttempt()
  const url = new URL(await loginUrl(attempt))
  if (url.origin !== location.origin) throw new SignInExpired()
  url.searchParams.set('prompt', 'none')
  const { url: reached, status } = await ask(url, { credentials: 'same-origin' })
  const { origin, pathname, searchParams: query } = new URL(reached)
  if (status === 429 || status >= 500) throw unreadable(status)
  if (origin + pathname !== redirectUri || query.get('state') !== attempt.state || !query.has('code'))
    throw new SignInExpired()
  return redeem(query, attempt)
}

/** Ends the session of the login pages as well. */
export function signOutOperator(): void {
  refreshToken = undefined
  const { authorizationEndpoint, clientId } = settings.signIn!
  const query = new URLSearchParams({ client_id: clientId, logout_uri: redirectUri })
  location.assign(`${authorizationEndpoint.replace(/\/oauth2\/authorize$/, '/logout')}?${query}`)
}

async function tokens(form: Record<string, string>): Promise<Tokens> {
  const { authorizationEndpoint, clientId } = settings.signIn!
  const answer = await ask(authorizationEndpoint.replace(/authorize$/, 'token'), {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_id: clientId }),
    credentials: 'omit',
  })
  if (answer.ok) return parseAnswer(answer)
  const { status } = answer
  if (status < 500 && status !== 429) throw new SignInExpired()
  throw unreadable(status)
}

async function operatorOf(answer: Tokens): Promise<SignedIn> {
  refreshToken = answer.refresh_token ?? refreshToken
  const claims = claimsOf(answer.id_token)
  const roles = textsOf(claims['cognito:roles'])
  roleArn = [roleArn, claims['cognito:preferred_role'], roles[0]].find((role) => typeof role === 'string') as string
  if (!roleArn) throw new Error('No group of yours carries a role, so that there is nothing you may administer here.')
  const name = String(claims.email ?? claims['cognito:username'] ?? claims.sub)
  const answered = await callSts({
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    RoleSessionName: name
      .replace(/[^\w+=,.@-]/g, '-')
      .slice(0, 64)
      .padEnd(2, '-'),
    WebIdentityToken: answer.id_token,
    DurationSeconds: '3600',
  })
  return {
    kind: 'operator',
    credentials: {
      accessKeyId: textIn(answered, 'AccessKeyId')!,
      secretAccessKey: textIn(answered, 'SecretAccessKey')!,
      sessionToken: textIn(answered, 'SessionToken')!,
    },
    arn: textIn(answered, 'Arn')!,
    name,
    expiresAt: Date.parse(textIn(answered, 'Expiration')!),
  }
}

/** The server verifies the token; the console only reads it. */
function claimsOf(token: string): Record<string, unknown> {
  const text = atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'))
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0))))
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
