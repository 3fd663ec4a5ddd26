/**
 * A sign-in that the console makes in the place of an app: authorization code with PKCE at the app's own client, or the
 * API with a username and a password. The tokens stay in the tab's memory.
 */
import { ApiError } from '../../api/api-error.ts'
import { ask, parseAnswer } from '../../api/ask.ts'
import { cognito } from '../../api/call.ts'
import type { ClientType } from '../../api/merge.ts'
import { base64Url, randomText, sha256 } from '../../session/random.ts'
import { settings } from '../../settings.ts'

export interface Tokens {
  idToken?: string
  accessToken?: string
  refreshToken?: string
}

/** Where the login page comes back to. Only a client that has registered it can be tried this way. */
export const tryUri = `${settings.publicUrl}/console/try`

const attemptKey = 'poolhouse.try'

export interface Attempt {
  state: string
  verifier: string
  poolId: string
  clientId: string
}

/** Leaves for the login page of the app. */
export async function beginTry({ UserPoolId, ClientId, AllowedOAuthScopes = [] }: ClientType): Promise<void> {
  const attempt: Attempt = { state: randomText(), verifier: randomText(), poolId: UserPoolId!, clientId: ClientId! }
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt))
  const query = new URLSearchParams({
    client_id: ClientId!,
    response_type: 'code',
    scope: AllowedOAuthScopes.join(' '),
    redirect_uri: tryUri,
    state: attempt.state,
    code_challenge: base64Url(await sha256(attempt.verifier)),
    code_challenge_method: 'S256',
    prompt: 'login',
  })
  location.assign(`${settings.publicUrl}/${UserPoolId}/oauth2/authorize?${query}`)
}

/** What the tab has begun, once: a second load of the page finds nothing. */
export function takeAttempt(): Attempt | undefined {
  const stored = sessionStorage.getItem(attemptKey)
  sessionStorage.removeItem(attemptKey)
  return stored === null ? undefined : JSON.parse(stored)
}

/** @throws ApiError */
export async function finishTry(attempt: Attempt, query: URLSearchParams, secret: string | undefined): Promise<Tokens> {
  if (query.get('state') !== attempt.state)
    throw new ApiError('NotBegunHere', 'This sign-in was not begun here. Try again.')
  if (query.has('error')) throw new ApiError(query.get('error')!, query.get('error_description') ?? query.get('error')!)
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: attempt.clientId,
    code: query.get('code') ?? '',
    redirect_uri: tryUri,
    code_verifier: attempt.verifier,
    ...(secret !== undefined && { client_secret: secret }),
  })
  const url = `${settings.publicUrl}/${attempt.poolId}/oauth2/token`
  const answer = await ask(url, { method: 'POST', body: form, credentials: 'omit' })
  const tokens = parseAnswer<Record<string, string | undefined>>(answer)
  if (!answer.ok) throw new ApiError(String(tokens.error), `The token endpoint answered ${answer.status}.`)
  return { idToken: tokens.id_token, accessToken: tokens.access_token, refreshToken: tokens.refresh_token }
}

/** The flow of the API that takes a plain password, if the client has one. */
export function passwordFlow({ ExplicitAuthFlows = [] }: ClientType): 'client' | 'admin' | undefined {
  const flows: string[] = ExplicitAuthFlows
  if (flows.includes('ALLOW_USER_PASSWORD_AUTH') || flows.includes('USER_PASSWORD_AUTH')) return 'client'
  return flows.includes('ALLOW_ADMIN_USER_PASSWORD_AUTH') || flows.includes('ADMIN_NO_SRP_AUTH') ? 'admin' : undefined
}

/** The tokens, or the challenge that comes next. @throws ApiError */
export async function tryPassword(
  client: ClientType,
  { username, password }: { username: string; password: string },
): Promise<Tokens | { challenge: string }> {
  const { UserPoolId, ClientId, ClientSecret } = client
  const AuthParameters = {
    USERNAME: username,
    PASSWORD: password,
    ...(ClientSecret && { SECRET_HASH: await secretHash(ClientSecret, username + ClientId) }),
  }
  const { AuthenticationResult, ChallengeName } =
    passwordFlow(client) === 'client'
      ? await cognito('InitiateAuth', { ClientId: ClientId!, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
      : await cognito('AdminInitiateAuth', {
          UserPoolId: UserPoolId!,
          ClientId: ClientId!,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters,
        })
  if (ChallengeName) return { challenge: ChallengeName }
  if (!AuthenticationResult) throw new ApiError('Unreadable', 'The server answered without tokens.')
  const { IdToken, AccessToken, RefreshToken } = AuthenticationResult
  return { idToken: IdToken, accessToken: AccessToken, refreshToken: RefreshToken }
}

async function secretHash(secret: string, text: string): Promise<string> {
  const bytes = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(text)))
  return btoa(String.fromCharCode(...mac))
}
