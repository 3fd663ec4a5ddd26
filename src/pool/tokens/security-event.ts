import type { Context } from '../../context.ts'
import { signJwt } from '../../lib/jwt.ts'
import { publicClientId } from '../clients/client-document.ts'
import type { Owner } from '../clients/owner.ts'
import { eventTypes, streamEventType } from '../notices/event-types.ts'
import type { Notice, StreamEvent, UserEvent } from '../notices/notice.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { signingKeys } from './signing-keys.ts'

/** An event for one receiver. */
export interface SecurityEvent {
  jti: string
  audience: string
  /** When the token is issued, in seconds. */
  issuedAt: number
  /** When it happened, in seconds. */
  at: number
  about: { userId: string; event: UserEvent } | { userId?: undefined; streamId: string; event: StreamEvent }
}

/** A security event token (RFC 8417), as the Shared Signals Framework has it. */
export async function securityEventToken(
  ctx: Context,
  pool: Pool,
  { jti, audience, issuedAt, at, about }: SecurityEvent,
): Promise<string> {
  const { id } = await signingKeys(ctx, pool)
  const iss = poolIssuer(ctx, pool)
  const described = about.userId === undefined ? streamEvent(about) : userEvent(iss, about.userId, about.event, at)
  const claims = { iss, aud: audience, iat: issuedAt, jti, ...described }
  // The CAEP Interoperability Profile knows no other algorithm, whatever the pool's tokens are signed by.
  return signJwt(id.kid, claims, id.privateKey, { alg: 'RS256', typ: 'secevent+jwt' })
}

/** For the client whose stream it is. Each time it is sent or polled it is the same but for the signature. */
export const streamEventToken = (
  ctx: Context,
  { pool, client }: Owner,
  jti: string,
  notice: Extract<Notice, { kind: 'stream-event' }>,
): Promise<string> =>
  securityEventToken(ctx, pool, {
    jti,
    audience: publicClientId(client),
    issuedAt: notice.at,
    at: notice.at,
    about: notice,
  })

function userEvent(iss: string, userId: string, event: UserEvent, at: number) {
  const user = { format: 'iss_sub', iss, sub: userId }
  const sid = event.kind === 'session-revoked' ? event.sid : undefined
  return {
    sub_id: sid === undefined ? user : { format: 'complex', user, session: { format: 'opaque', id: sid } },
    events: {
      [eventTypes[event.kind]]: {
        event_timestamp: at,
        initiating_entity: event.by,
        ...(event.kind === 'credential-change' && {
          credential_type: 'password',
          change_type: event.change ?? 'update',
        }),
      },
    },
  }
}

function streamEvent({ streamId, event: { kind, ...facts } }: { streamId: string; event: StreamEvent }) {
  return { sub_id: { format: 'opaque', id: streamId }, events: { [streamEventType(kind)]: facts } }
}
