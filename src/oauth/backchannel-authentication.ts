import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { foldCase } from '../lib/fold.ts'
import { randomToken } from '../lib/ids.ts'
import { AttemptsExceeded, TooManyRequests } from '../model/errors.ts'
import { isOn } from '../model/extensions.ts'
import { publicClientId } from '../pool/clients/client-document.ts'
import { preventsUserExistenceErrors } from '../pool/clients/client-rules.ts'
import { mustSign } from '../pool/clients/fapi2.ts'
import { sendApprovalMessage } from '../pool/messages/approval-message.ts'
import { frontChannelUrl } from '../pool/pools/pool-domain.ts'
import { useQuota } from '../pool/quotas/quota.ts'
import { readIdTokenHint } from '../pool/tokens/id-token-hint.ts'
import { findUser, type User } from '../pool/users/user.ts'
import { findUserById } from '../pool/users/user-store.ts'
import { answerRefusal } from './answer-refusal.ts'
import { type Asked, approvalPath, type BackchannelRequest } from './approval.ts'
import { engineQuery, RequestRefused } from './authorization-request.ts'
import type { CalledAt, CallingClient } from './client-authentication.ts'
import { authenticateToBegin } from './client-document.ts'
import { asOAuthError } from './device.ts'
import { type Form, readForm } from './form.ts'
import { insertRecord } from './new-record-store.ts'
import { answerOAuthError, OAuthError } from './oauth-error.ts'
import { knownAsOver, pollSeconds } from './polled-request.ts'
import { maxQueryLength } from './query-or-form.ts'
import { openedRequest } from './request-object.ts'

/** How many seconds a request waits for its user, unless the app says how long. */
const usualPatience = 600
const maxPatience = 1800

const maxLoginHintLength = 256
const maxTokenLength = 1024

/** No control characters, none that are invisible, and none that turn the direction of what follows. */
const bindingMessageForm = /^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u
const bearerForm = /^[\w.~+/-]+=*$/

/**
 * POST /oauth2/bc-authorize (OpenID Connect CIBA Core 1.0): an app asks for a user it knows by name, who is sent a link
 * and answers on a device of their own. The app polls for its tokens, or is pinged when to.
 */
export async function backchannelAuthentication(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  try {
    const form = await readForm(koa, maxQueryLength)
    const asking = await authenticateToBegin(ctx, koa, at, form)
    ctx.admit('UserAuthentication', 'backchannel')
    requireRegistered(asking)
    const sent = await requestOf(ctx, asking, form)
    const { asked, expiresIn } = await requireAsked(ctx, asking, sent)
    const user = await findAsked(ctx, asking, sent)
    await begin(ctx, asking, { ...asked, accountId: user?.id }, user, expiresIn)
    koa.status = 200
    koa.type = 'application/json;charset=UTF-8'
    koa.body = JSON.stringify({ auth_req_id: asked.authReqId, expires_in: expiresIn, interval: pollSeconds })
  } catch (thrown) {
    if (thrown instanceof TooManyRequests || thrown instanceof AttemptsExceeded)
      return answerOAuthError(koa, new OAuthError('too_many_requests', thrown.message), 429)
    const refused = thrown instanceof RequestRefused ? asOAuthError(thrown) : thrown
    if (!(refused instanceof OAuthError)) throw refused
    await answerRefusal(ctx, koa, at, refused)
  }
}

/** The administrator has said how the app learns of the answer, and it proves who it is. */
function requireRegistered({ pool, client, isPublic }: CallingClient): void {
  const mode = client.extensions?.Standards?.BackchannelTokenDeliveryMode
  if (isPublic || !mode || !isOn('BackchannelAuthentication', pool, client)) throw new OAuthError('unauthorized_client')
}

/** As it was sent, or as it was signed: of a signed request nothing beside it counts. */
async function requestOf(ctx: Context, { pool, client }: CallingClient, form: Form): Promise<URLSearchParams> {
  const query = new URLSearchParams([...form])
  const request = await openedRequest(ctx, { pool, client }, query, ['exp', 'iat', 'nbf', 'jti'])
  if (request.has('request')) throw new OAuthError('invalid_request', 'the request object is not accepted')
  if (mustSign(pool, client) && request === query)
    throw new OAuthError('invalid_request', 'this app signs its requests')
  return request
}

/** @throws OAuthError, RequestRefused */
async function requireAsked(
  ctx: Context,
  { pool, client }: CallingClient,
  sent: URLSearchParams,
): Promise<{ asked: Asked; expiresIn: number }> {
  if (sent.has('user_code')) throw new OAuthError('invalid_request', 'user_code is not supported')
  const scope = sent.get('scope')?.trim()
  if (!scope) throw new OAuthError('invalid_request', 'scope is missing')
  if (!scope.split(/\s+/).includes('openid')) throw new OAuthError('invalid_scope', 'scope must contain openid')
  const bindingMessage = sent.get('binding_message') ?? undefined
  if (bindingMessage !== undefined && !bindingMessageForm.test(bindingMessage))
    throw new OAuthError('invalid_binding_message', 'binding_message must be 1 to 128 visible characters')
  const checked = await engineQuery(ctx, pool, client, authorizationRequest(client.id, scope, sent))
  const expiresIn = patienceOf(sent.get('requested_expiry'))
  const request: BackchannelRequest = {
    clientId: client.id,
    scope: checked.get('scope')!,
    audience: checked.get('audience') ?? undefined,
    until: ctx.clock.now().getTime() + expiresIn * 1000,
    notificationToken: notificationToken(client.extensions?.Standards?.BackchannelTokenDeliveryMode, sent),
  }
  const acrValues = checked.has('levels') ? (sent.get('acr_values') ?? undefined) : undefined
  const asked = { ticket: randomToken(32), authReqId: randomToken(32), bindingMessage, acrValues, request }
  return { asked, expiresIn }
}

/** The sign-in that the user may have to go through, which is the page's own: its PKCE is nobody else's business. */
function authorizationRequest(clientId: string, scope: string, sent: URLSearchParams): URLSearchParams {
  const challenge = { code_challenge: randomToken(32), code_challenge_method: 'S256' }
  const request = new URLSearchParams({ client_id: clientId, response_type: 'code', scope, ...challenge })
  for (const name of ['acr_values', 'resource']) if (sent.has(name)) request.set(name, sent.get(name)!)
  return request
}

function patienceOf(requested: string | null): number {
  if (requested === null) return usualPatience
  if (!/^[1-9]\d{0,8}$/.test(requested))
    throw new OAuthError('invalid_request', 'requested_expiry must be a positive number of seconds')
  return Math.min(Number(requested), maxPatience)
}

function notificationToken(mode: 'poll' | 'ping' | undefined, sent: URLSearchParams): string | undefined {
  if (mode !== 'ping') return undefined
  const token = sent.get('client_notification_token')
  if (!token || token.length > maxTokenLength || !bearerForm.test(token))
    throw new OAuthError(
      'invalid_request',
      'client_notification_token must be a bearer token of at most 1024 characters',
    )
  return token
}

/**
 * The user whom the app names. Undefined where there is none and the app must not learn it, as elsewhere: its request
 * then waits for an answer that never comes. The same where a user has been asked too often under several names.
 * @throws OAuthError, LimitExceededException
 */
async function findAsked(ctx: Context, asking: CallingClient, sent: URLSearchParams): Promise<User | undefined> {
  const { pool, client } = asking
  const hints = ['login_hint', 'id_token_hint', 'login_hint_token'].filter((name) => sent.has(name))
  if (hints.length !== 1) throw new OAuthError('invalid_request', 'exactly one hint must name the user')
  if (hints[0] === 'login_hint_token') throw new OAuthError('invalid_request', 'login_hint_token is not supported')
  const hides = hints[0] === 'login_hint' && preventsUserExistenceErrors(client)
  const { name, user } = await findHinted(ctx, asking, sent)
  const count = (whose: string) =>
    useQuota(ctx, { poolId: pool.id, action: 'BackchannelAuthentication', subject: `${client.id} ${whose}` })
  await count(`hint ${foldCase(name)}`)
  const isKnown = user?.enabled && user.status !== 'UNCONFIRMED'
  if (!isKnown && !hides) throw new OAuthError('unknown_user_id')
  const isTooMuch = await count(`user ${isKnown ? user.id : foldCase(name)}`).then(() => false, refusedIf(hides))
  return isKnown && !isTooMuch ? user : undefined
}

const refusedIf =
  (hides: boolean) =>
  (error: unknown): true => {
    if (hides && error instanceof AttemptsExceeded) return true
    throw error
  }

async function findHinted(
  ctx: Context,
  { pool, client }: CallingClient,
  sent: URLSearchParams,
): Promise<{ name: string; user: User | undefined }> {
  const name = sent.get('login_hint')
  if (name !== null) {
    if (name === '' || name.length > maxLoginHintLength || name.includes('\0'))
      throw new OAuthError('invalid_request', 'login_hint must be a username or an alias')
    return { name, user: await findUser(ctx.db, pool, name) }
  }
  const hint = await readIdTokenHint(ctx, pool, sent.get('id_token_hint')!)
  if (!hint || hint.aud !== publicClientId(client))
    throw new OAuthError('invalid_request', 'id_token_hint is not an ID token of this app')
  return { name: hint.sub, user: await findUserById(ctx.db, pool.id, hint.sub) }
}

/** A request for nobody is stored like any other, so that it takes as long. */
async function begin(
  ctx: Context,
  { pool, client }: CallingClient,
  asked: Asked,
  user: User | undefined,
  expiresIn: number,
): Promise<void> {
  const { authReqId, ticket, request } = asked
  const common = { poolId: pool.id, clientId: client.id }
  const link = `${frontChannelUrl(ctx, pool)}${approvalPath(asked)}`
  await Promise.all([
    insertRecord(ctx, {
      ...common,
      model: 'BackchannelRequest',
      id: authReqId,
      payload: { ...request },
      lifetime: expiresIn + knownAsOver,
    }),
    insertRecord(ctx, {
      ...common,
      model: 'BackchannelApproval',
      id: ticket,
      payload: { ...asked },
      lifetime: expiresIn,
    }),
    user && sendApprovalMessage(ctx, pool, { user, app: client.name, link, expiresAt: new Date(request.until) }),
  ])
}
