import { issueTokens } from '../../pool/tokens/issue-tokens.ts'
import { findRecord } from '../find-record-store.ts'
import { OAuthError } from '../oauth-error.ts'
import { type PolledRequest, pollSeconds } from '../polled-request.ts'
import type { RecordModel } from '../record.ts'
import { consumeRecord, pollRecord } from '../record-store.ts'
import { nonceFor, unpackProven } from '../session.ts'
import { type Grant, userTokens } from './grant.ts'

/**
 * Tokens for a request that its user has allowed, once:
 *
 *   waits ──its user allows it──▶ tokens
 *     ├────they do not──────────▶ access_denied
 *     └────its time is over─────▶ expired_token
 *
 * @throws OAuthError
 */
export async function redeemPolled(
  ctx: Parameters<Grant>[0],
  { pool, client, confirmation }: Parameters<Grant>[1],
  { model, id }: { model: RecordModel; id: string | undefined },
): ReturnType<Grant> {
  if (!id) throw new OAuthError('invalid_request')
  const key = { poolId: pool.id, model, id }
  const record = id.length <= 128 ? await findRecord(ctx, key) : undefined
  const request = record?.payload as PolledRequest | undefined
  if (!record || request?.clientId !== client.id || record.consumedAt) throw new OAuthError('invalid_grant')
  if (request.denied) throw new OAuthError('access_denied')
  if (request.until <= ctx.clock.now().getTime()) throw new OAuthError('expired_token')
  // An answer is there at once: a client that was pinged has often polled just before.
  if (!request.accountId)
    throw new OAuthError((await pollRecord(ctx, key, pollSeconds)) ? 'authorization_pending' : 'slow_down')
  if (!record.user?.enabled) throw new OAuthError('invalid_grant')
  if (!(await consumeRecord(ctx, key, 60))) throw new OAuthError('invalid_grant')

  const proven = unpackProven(request.amr)
  const tokens = await issueTokens(ctx, {
    pool,
    client,
    user: record.user,
    groups: record.groups,
    proven,
    scope: request.scope,
    nonce: nonceFor(proven, undefined),
    resource: request.audience,
    confirmation,
    surface: 'oauth',
    source: 'TokenGeneration_HostedAuth',
  })
  return userTokens(tokens, confirmation)
}
