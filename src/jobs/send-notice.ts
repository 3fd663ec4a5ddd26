import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import { findClient } from '../pool/clients/client.ts'
import { callProvider } from '../pool/identity-providers/provider-call.ts'
import { eventReceivers } from '../pool/notices/add-notices.ts'
import { holdUntil, isSent, streamHeaderSeal } from '../pool/notices/event-stream.ts'
import type { Notice } from '../pool/notices/notice.ts'
import { deleteNotice, type NoticeRow, postponeNotice } from '../pool/notices/notice-store.ts'
import { openPing } from '../pool/notices/ping.ts'
import { findStream } from '../pool/notices/stream-store.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { logoutToken } from '../pool/tokens/back-channel-logout.ts'
import { securityEventToken, streamEventToken } from '../pool/tokens/security-event.ts'

/** Longer than any attempt takes. */
export const claimFor = 30_000
/** Seconds until the next attempt; the last value repeats until the notice expires. */
const backoff = [3, 15, 60, 300, 1800, 3600]

interface Call {
  uri: string
  contentType: string
  body: string
  authorization?: string
}

const secevent = 'application/secevent+jwt'

/**
 * Makes one attempt at a claimed notice. Never throws: a failed notice is postponed, or due again when the claim
 * expires.
 */
export async function sendNotice(ctx: Context, row: NoticeRow): Promise<void> {
  const { pool_id: poolId, id, attempts, notice } = row
  try {
    const status = await attempt(ctx, row)
    if (status === 'held') return await hold(ctx, row)
    if (status === undefined || !isTemporary(status)) {
      if (status !== undefined && status >= 300)
        ctx.log.warn({ poolId, noticeId: id, kind: notice.kind, status }, 'a notice was refused')
      return await deleteNotice(ctx.db, row)
    }
    throw new Error(`The receiver answers ${status}`)
  } catch (error) {
    ctx.log.warn({ err: error, poolId, noticeId: id, kind: notice.kind, attempts }, 'a notice could not be sent')
    const wait = backoff[Math.min(attempts, backoff.length) - 1]!
    await postponeNotice(ctx.db, row, new Date(ctx.clock.now().getTime() + wait * 1000)).catch(() => {})
  }
}

const isTemporary = (status: number): boolean => status >= 500 || status === 429 || status === 408

async function hold(ctx: Context, row: NoticeRow): Promise<void> {
  const now = ctx.clock.now()
  if (row.expires_at <= now) await deleteNotice(ctx.db, row)
  else await postponeNotice(ctx.db, row, holdUntil(now))
}

/** The status of the response. Undefined if the receiver no longer exists; `held` if it takes nothing for now. */
async function attempt(ctx: Context, row: NoticeRow): Promise<number | 'held' | undefined> {
  const pool = await findPool(ctx, row.pool_id)
  const call = pool && (await callFor(ctx, pool, row))
  if (call === undefined || call === 'held') return call
  const headers = {
    'content-type': call.contentType,
    accept: 'application/json',
    ...(call.authorization !== undefined && { authorization: call.authorization }),
  }
  const { status } = await callProvider(ctx, call.uri, { method: 'POST', headers, body: call.body })
  return status
}

async function callFor(ctx: Context, pool: Pool, row: NoticeRow): Promise<Call | 'held' | undefined> {
  const { id: jti, notice } = row
  if (notice.kind === 'backchannel-ping') return pingFor(ctx, pool, row, notice)
  if (notice.kind === 'stream-event') return callForStream(ctx, pool, jti, notice)
  if (notice.kind === 'security-event') {
    const { uri, audience, at } = notice
    if (!eventReceivers(pool).some(({ Uri }) => Uri === uri)) return undefined
    const issuedAt = Math.floor(ctx.clock.now().getTime() / 1000)
    const body = await securityEventToken(ctx, pool, { jti, audience, issuedAt, at, about: notice })
    return { uri, contentType: secevent, body }
  }
  const found = await findClient(ctx, notice.clientId)
  const uri = found?.client.extensions?.Standards?.BackChannelLogoutUri
  if (found?.pool.id !== pool.id || !uri || !isOn('BackChannelLogout', pool, found.client)) return undefined
  const token = await logoutToken(ctx, pool, { ...notice, client: found.client, jti })
  const body = new URLSearchParams({ logout_token: token }).toString()
  return { uri, contentType: 'application/x-www-form-urlencoded', body }
}

/** Tells an app that its backchannel authentication request has been answered; the app then asks for the tokens. */
async function pingFor(
  ctx: Context,
  pool: Pool,
  row: NoticeRow,
  { clientId }: Extract<Notice, { kind: 'backchannel-ping' }>,
): Promise<Call | undefined> {
  const found = await findClient(ctx, clientId)
  const { BackchannelTokenDeliveryMode: mode, BackchannelClientNotificationEndpoint: uri } =
    found?.client.extensions?.Standards ?? {}
  if (found?.pool.id !== pool.id || mode !== 'ping' || !uri || !row.sealed) return undefined
  const { authReqId, token } = openPing(ctx, row.pool_id, row.id, row.sealed)
  const body = JSON.stringify({ auth_req_id: authReqId })
  return { uri, contentType: 'application/json', body, authorization: `Bearer ${token}` }
}

async function callForStream(
  ctx: Context,
  pool: Pool,
  jti: string,
  notice: Extract<Notice, { kind: 'stream-event' }>,
): Promise<Call | 'held' | undefined> {
  const stream = isOn('SharedSignals', pool) ? await findStream(ctx.db, pool.id, notice.streamId) : undefined
  const found = stream && (await findClient(ctx, stream.client_id))
  if (!stream || !found) return undefined
  const { endpointUrl } = stream.settings
  const isAboutStatus = notice.event.kind === 'stream-updated'
  if (endpointUrl === undefined || !(isSent(stream) || isAboutStatus)) return 'held'
  const sealed = stream.header_sealed
  return {
    uri: endpointUrl,
    contentType: secevent,
    body: await streamEventToken(ctx, { pool, client: found.client }, jti, notice),
    ...(sealed && { authorization: ctx.keyring.open(sealed, streamHeaderSeal(pool.id, stream.id)).toString() }),
  }
}
