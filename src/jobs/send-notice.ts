import type { Context } from '../context.ts'
import { findClient } from '../pool/clients/client.ts'
import { callProvider } from '../pool/identity-providers/provider-call.ts'
import type { Notice } from '../pool/notices/notice.ts'
import { deleteNotice, type NoticeRow, postponeNotice } from '../pool/notices/notice-store.ts'
import { openPing } from '../pool/notices/ping.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'
import { logoutToken } from '../pool/tokens/back-channel-logout.ts'
import { securityEventToken } from '../pool/tokens/security-event.ts'

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

/**
 * Makes one attempt at a claimed notice. Never throws: a failed notice is postponed, or due again when the claim
 * expires.
 */
export async function sendNotice(ctx: Context, row: NoticeRow): Promise<void> {
  const { pool_id: poolId, id, attempts, notice } = row
  try {
    const status = await attempt(ctx, row)
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

/** The status of the response. Undefined if the receiver no longer exists. */
async function attempt(ctx: Context, row: NoticeRow): Promise<number | undefined> {
  const pool = await findPool(ctx, row.pool_id)
  const call = pool && (await callFor(ctx, pool, row))
  if (!call) return undefined
  const headers = {
    'content-type': call.contentType,
    accept: 'application/json',
    ...(call.authorization && { authorization: call.authorization }),
  }
  const { status } = await callProvider(ctx, call.uri, { method: 'POST', headers, body: call.body })
  return status
}

async function callFor(ctx: Context, pool: Pool, row: NoticeRow): Promise<Call | undefined> {
  const { id: jti, notice } = row
  if (notice.kind === 'backchannel-ping') return pingFor(ctx, pool, row, notice)
  if (notice.kind === 'security-event') {
    const body = await securityEventToken(ctx, pool, jti, notice)
    return { uri: notice.uri, contentType: 'application/secevent+jwt', body }
  }
  const found = await findClient(ctx, notice.clientId)
  const uri = found?.client.extensions?.Standards?.BackChannelLogoutUri
  if (found?.pool.id !== pool.id || !uri) return undefined
  const token = await logoutToken(ctx, pool, { ...notice, jti })
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
