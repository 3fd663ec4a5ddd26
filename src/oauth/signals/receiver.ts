import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { ServiceError } from '../../model/errors.ts'
import { isOn } from '../../model/extensions.ts'
import type { Owner } from '../../pool/clients/owner.ts'
import { findStreamOfClient, type StreamRow } from '../../pool/notices/stream-store.ts'
import { streamScopes } from '../../pool/pools/stream-scopes.ts'
import { requirePoolToken } from '../../pool/tokens/require-pool-token.ts'
import { bearerIn, confirmedIn } from '../bearer.ts'
import { type CalledAt, isAddressOf } from '../client-authentication.ts'
import type { Members } from './body.ts'
import { invalidRequest, SignalsError } from './signals-error.ts'

export type StreamScope = keyof typeof streamScopes

/** A call of the API for event streams. */
export interface Call {
  ctx: Context
  koa: ParameterizedContext
  owner: Owner
  query: URLSearchParams
  /** What was posted. */
  members: Members
}

export interface Answer {
  status: number
  body?: object
}

/**
 * The client that calls, by a token that it got for itself and a scope that it still has. A user's token is refused,
 * whatever its scopes. @throws SignalsError
 */
export async function requireReceiver(
  ctx: Context,
  koa: ParameterizedContext,
  at: CalledAt,
  scope: StreamScope,
): Promise<Owner> {
  const bearer = bearerIn(koa)
  if (!bearer) throw new SignalsError(401, undefined, 'An access token is required.')
  const { pool, client, scopes } = await tokenOf(ctx, koa, bearer)
  if (!client || !isAddressOf(ctx, pool, at) || !isOn('SharedSignals', pool)) throw invalidToken(koa)
  // `ssf.manage` allows reading too.
  const enough: string[] = scope === 'read' ? Object.values(streamScopes) : [streamScopes[scope]]
  const allowed = client.settings.AllowedOAuthScopes ?? []
  if (!enough.some((each) => scopes.includes(each) && allowed.includes(each)))
    throw new SignalsError(403, 'insufficient_scope', `The access token must have the scope ${streamScopes[scope]}.`)
  return { pool, client }
}

async function tokenOf(ctx: Context, koa: ParameterizedContext, bearer: string) {
  try {
    return await requirePoolToken({ ...ctx, confirms: confirmedIn(ctx, koa) }, bearer)
  } catch (error) {
    throw error instanceof ServiceError ? invalidToken(koa) : error
  }
}

const invalidToken = (koa: ParameterizedContext) =>
  new SignalsError(401, koa.state.proofRefused ?? 'invalid_token', 'The access token is not valid here.')

export const unknownStream = () => new SignalsError(404, 'invalid_request', 'There is no such stream.')

/** The client's stream, if it has this id: one of another client is unknown to it. @throws SignalsError */
export async function requireStream(ctx: Context, { pool, client }: Owner, streamId: unknown): Promise<StreamRow> {
  if (typeof streamId !== 'string' || streamId === '') throw invalidRequest('stream_id is required.')
  const stream = await findStreamOfClient(ctx.db, pool.id, client.id)
  if (stream?.id !== streamId) throw unknownStream()
  return stream
}
