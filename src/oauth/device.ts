import { randomInt } from 'node:crypto'
import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { networkOf } from '../lib/client-address.ts'
import { randomToken } from '../lib/ids.ts'
import { TooManyRequests } from '../model/errors.ts'
import { isOn } from '../model/extensions.ts'
import { countGuess, uncountGuess } from '../pool/attempts/attempt-store.ts'
import { type Client, findClient } from '../pool/clients/client.ts'
import { mustPush, mustSign } from '../pool/clients/fapi2.ts'
import { frontChannelUrl } from '../pool/pools/pool-domain.ts'
import { answerRefusal } from './answer-refusal.ts'
import { engineQuery, RequestRefused } from './authorization-request.ts'
import type { CalledAt } from './client-authentication.ts'
import { authenticateToBegin } from './client-document.ts'
import { findRecord } from './find-record-store.ts'
import { readForm } from './form.ts'
import { insertRecord } from './new-record-store.ts'
import { OAuthError } from './oauth-error.ts'
import { ownSignIn } from './own-sign-in.ts'
import { answered, knownAsOver, type PolledRequest, pollSeconds, secondsLeft } from './polled-request.ts'
import { maxQueryLength } from './query-or-form.ts'
import { answerRecord, deleteRecord } from './record-store.ts'
import type { BrowserSession } from './session.ts'
import type { Surface } from './surface.ts'

/** How many seconds a device may wait for its user. */
const patience = 600

/** Consonants only, so that a code spells no word and no letter is mistaken for another. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'
const codeLength = 8

/** POST /oauth2/device_authorization (RFC 8628): a device asks for a code that its user can type. */
export async function deviceAuthorization(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  try {
    const form = await readForm(koa, maxQueryLength)
    const { pool, client } = await authenticateToBegin(ctx, koa, at, form)
    if (!isOn('DeviceAuthorization', pool, client)) throw new OAuthError('unauthorized_client')
    // A device can do neither.
    if (mustPush(pool, client) || mustSign(pool, client)) throw new OAuthError('unauthorized_client')
    const request = new URLSearchParams({ client_id: client.id, response_type: 'code' })
    for (const name of ['scope', 'resource']) if (form.has(name)) request.set(name, form.get(name)!)
    const checked = await engineQuery(ctx, pool, client, request)
    const deviceCode = randomToken(32)
    const userCode = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('')
    const payload: PolledRequest = {
      clientId: client.id,
      scope: checked.get('scope')!,
      audience: checked.get('audience') ?? undefined,
      until: ctx.clock.now().getTime() + patience * 1000,
    }
    const lifetime = patience + knownAsOver
    await insertRecord(ctx, {
      poolId: pool.id,
      model: 'DeviceCode',
      id: deviceCode,
      payload: { ...payload },
      lifetime,
      clientId: client.id,
    })
    await insertRecord(ctx, {
      poolId: pool.id,
      model: 'UserCode',
      id: userCode,
      payload: { deviceCode },
      lifetime: patience,
      clientId: client.id,
    })
    const shown = shownCode(userCode)
    const page = `${frontChannelUrl(ctx, pool)}/device`
    koa.status = 200
    koa.type = 'application/json;charset=UTF-8'
    koa.body = JSON.stringify({
      device_code: deviceCode,
      user_code: shown,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${shown}`,
      expires_in: patience,
      interval: pollSeconds,
    })
  } catch (thrown) {
    const refused = thrown instanceof RequestRefused ? asOAuthError(thrown) : thrown
    if (!(refused instanceof OAuthError)) throw refused
    await answerRefusal(ctx, koa, at, refused)
  }
}

/** What the checks of an authorization request refuse, as an endpoint without a browser answers it. */
export function asOAuthError({ error, description }: RequestRefused): OAuthError {
  const isSame = error === 'invalid_scope' || error === 'unauthorized_client' || error === 'invalid_target'
  return new OAuthError(isSame ? error : 'invalid_request', description)
}

/** In two groups, as it is easier to read and type. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

/** As people type it: in lower case, with spaces or other dashes. */
const plainCode = (typed: string): string =>
  typed
    .slice(0, 64)
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '')

/** A device that waits for the user who has typed its code. */
export interface WaitingDevice {
  client: Client
  userCode: string
  deviceCode: string
  request: PolledRequest
}

/** Few guesses at first, then fewer: a code is short, and valid for minutes. */
const guesses = { free: 10, maxLockSeconds: 900, quiet: 900 }

/** The device behind a code. Wrong ones count against the address that they come from. @throws TooManyRequestsException */
export async function findDevice(
  ctx: Context,
  koa: ParameterizedContext,
  { poolId }: Surface,
  typed: string,
): Promise<WaitingDevice | undefined> {
  const userCode = plainCode(typed)
  const guess = { poolId, kind: 'device-code', subject: networkOf(koa.ip) }
  if ((await countGuess(ctx.db, guess, guesses, ctx.clock.now())) === undefined) throw new TooManyRequests()
  const named =
    userCode.length === codeLength ? await findRecord(ctx, { poolId, model: 'UserCode', id: userCode }) : undefined
  if (!named) return undefined
  await uncountGuess(ctx.db, guess)
  const deviceCode = String(named.payload.deviceCode)
  const record = await findRecord(ctx, { poolId, model: 'DeviceCode', id: deviceCode })
  const request = record?.payload as PolledRequest | undefined
  const found = request && (await findClient(ctx, request.clientId))
  if (!found || !request || record?.user || request.denied) return undefined
  if (!isOn('DeviceAuthorization', found.pool, found.client)) return undefined
  return { client: found.client, userCode, deviceCode, request }
}

/** Where the user of a device signs in, to come back to the page. */
export function deviceSignInUrl({ base, origin }: Surface, { client, request, userCode }: WaitingDevice): string {
  const query = ownSignIn(client, {
    scope: request.scope,
    redirect_uri: `${origin}/device`,
    state: shownCode(userCode),
  })
  return `${base}/oauth2/authorize?${query}`
}

/** Stores the user's answer. False where there already is one. */
export async function answerDevice(
  ctx: Context,
  { poolId }: Surface,
  { deviceCode, userCode, request }: WaitingDevice,
  session: BrowserSession,
  allowed: boolean,
): Promise<boolean> {
  const left = secondsLeft(ctx, request)
  if (left <= 0) return false
  await deleteRecord(ctx, { poolId, model: 'UserCode', id: userCode })
  const payload = answered(request, session, allowed)
  return answerRecord(ctx, { poolId, model: 'DeviceCode', id: deviceCode, payload, lifetime: left })
}
