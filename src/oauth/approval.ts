/** What the users of backchannel authentication requests are asked, and what they answer. */
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import { mustPush } from '../pool/clients/fapi2.ts'
import type { Owner } from '../pool/clients/owner.ts'
import { addPing } from '../pool/notices/ping.ts'
import { reaches, requestedLevels } from './assurance.ts'
import { findRecord, findRecordsOfUser } from './find-record-store.ts'
import { ownSignIn } from './own-sign-in.ts'
import { answered, type PolledRequest, secondsLeft } from './polled-request.ts'
import { storePushed } from './pushed-request.ts'
import { answerRecord, deleteRecord } from './record-store.ts'
import type { BrowserSession } from './session.ts'
import type { Surface } from './surface.ts'

/** The request of an app that waits for its user. */
export interface BackchannelRequest extends PolledRequest {
  /** By which an app that is pinged knows the caller. */
  notificationToken?: string
}

/** What the user of a request is asked. */
export interface Asked {
  /** In the link that the user gets. */
  ticket: string
  authReqId: string
  /** Absent where nobody is asked, which the app must not notice. */
  accountId?: string
  bindingMessage?: string
  acrValues?: string
  request: BackchannelRequest
}

export interface Approval extends Owner {
  asked: Asked
}

/** Where a user answers, below the pool's base. The client is named for the style of the page. */
export const approvalPath = ({ ticket, request }: Asked): string =>
  `/approve?${new URLSearchParams({ client_id: request.clientId, request: ticket })}`

/** A request that waits for an answer, whoever asks for it. */
export async function findApproval(ctx: Context, poolId: string, ticket: string): Promise<Approval | undefined> {
  if (ticket === '' || ticket.length > 128) return undefined
  const record = await findRecord(ctx, { poolId, model: 'BackchannelApproval', id: ticket })
  return record?.user && approvalOf(record.owner, record.payload)
}

/** The requests that wait for this user. */
export async function approvalsOf(ctx: Context, poolId: string, userId: string): Promise<Approval[]> {
  const records = await findRecordsOfUser(ctx, { poolId, model: 'BackchannelApproval', userId })
  return records.flatMap(({ owner, payload }) => approvalOf(owner, payload) ?? [])
}

function approvalOf(owner: Owner | undefined, payload: object): Approval | undefined {
  if (!owner || !isOn('BackchannelAuthentication', owner.pool, owner.client)) return undefined
  return { ...owner, asked: payload as Asked }
}

/** Whether the signed-in user has proven what the app asks for. */
export async function hasReached(
  ctx: Context,
  { pool, asked }: Approval,
  { user, proven }: BrowserSession,
): Promise<boolean> {
  const levels = requestedLevels(pool, asked.acrValues)
  return !levels?.length || reaches(ctx, pool, { userId: user.id, proven }, levels)
}

/** Where the user signs in, to come back to the page. */
export async function approvalSignInUrl(
  ctx: Context,
  { base, origin }: Surface,
  { pool, client, asked }: Approval,
  { again }: { again: boolean },
): Promise<string> {
  const query = ownSignIn(client, {
    scope: asked.request.scope,
    redirect_uri: `${origin}/approve`,
    state: asked.ticket,
    ...(asked.acrValues && { acr_values: asked.acrValues }),
    ...(again && { prompt: 'login' }),
  })
  const endpoint = `${base}/oauth2/authorize`
  if (!mustPush(pool, client)) return `${endpoint}?${query}`
  const request_uri = await storePushed(ctx, { pool, client }, query)
  return `${endpoint}?${new URLSearchParams({ client_id: client.id, request_uri })}`
}

/** Stores the user's answer, and the ping of an app that wants one. False where there already is an answer. */
export async function answerApproval(
  ctx: Context,
  { pool, client, asked }: Approval,
  session: BrowserSession,
  allowed: boolean,
): Promise<boolean> {
  const { user } = session
  const { request, authReqId, ticket } = asked
  if (user.id !== asked.accountId || user.poolId !== pool.id) throw new Error('The approval of another user')
  const left = secondsLeft(ctx, request)
  if (left <= 0) return false
  const payload = answered(request, session, allowed)
  const expiresAt = new Date(request.until)
  return ctx.db.transaction().execute(async (trx) => {
    const inside = { ...ctx, db: trx }
    await deleteRecord(inside, { poolId: pool.id, model: 'BackchannelApproval', id: ticket })
    const key = { poolId: pool.id, model: 'BackchannelRequest', id: authReqId } as const
    if (!(await answerRecord(inside, { ...key, payload, lifetime: left }))) return false
    const { notificationToken: token } = request
    const ping = token === undefined ? undefined : { authReqId, token }
    if (ping) await addPing(ctx, trx, { poolId: pool.id, userId: user.id, clientId: client.id, expiresAt, ping })
    return true
  })
}
