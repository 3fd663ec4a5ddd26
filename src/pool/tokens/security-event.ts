import type { Context } from '../../context.ts'
import { signJwt } from '../../lib/jwt.ts'
import type { Notice, UserEvent } from '../notices/notice.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

type SecurityEvent = Extract<Notice, { kind: 'security-event' }>

const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
const risc = 'https://schemas.openid.net/secevent/risc/event-type/'

/** By the names of CAEP, which is about sessions, and of RISC, which is about accounts. */
export const eventTypes: Record<UserEvent['kind'], string> = {
  'session-revoked': `${caep}session-revoked`,
  'credential-change': `${caep}credential-change`,
  'account-disabled': `${risc}account-disabled`,
  'account-enabled': `${risc}account-enabled`,
  'account-purged': `${risc}account-purged`,
}

/** A security event token (RFC 8417), as the Shared Signals Framework has it. */
export async function securityEventToken(
  ctx: Context,
  pool: Pool,
  jti: string,
  { userId, audience, event, at }: SecurityEvent,
): Promise<string> {
  const { id } = await signingKeys(ctx, pool)
  const iss = poolIssuer(ctx, pool)
  const user = { format: 'iss_sub', iss, sub: userId }
  const sid = event.kind === 'session-revoked' ? event.sid : undefined
  const claims = {
    iss,
    aud: audience,
    iat: Math.floor(ctx.clock.now().getTime() / 1000),
    jti,
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
  return signJwt(id.kid, claims, id.privateKey, { alg: signingAlgorithm(pool), typ: 'secevent+jwt' })
}
