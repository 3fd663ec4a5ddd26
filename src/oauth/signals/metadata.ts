import type { Context } from '../../context.ts'
import { isOn } from '../../model/extensions.ts'
import type { IssuerType } from '../../pool/pools/issuer.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { frontChannelUrl } from '../../pool/pools/pool-domain.ts'
import { streamScopes } from '../../pool/pools/stream-scopes.ts'
import { discovery, protectedResource } from '../discovery.ts'

/** An address of the API for event streams, which receivers call and browsers don't. */
export function addressOf(ctx: Context, pool: Pool, path: string): string {
  const { internalUrl } = ctx.config
  return `${internalUrl ? `${internalUrl}/${pool.id}` : frontChannelUrl(ctx, pool)}/ssf${path}`
}

/**
 * The pool as a transmitter of the Shared Signals Framework. Without its API for streams the administrator alone
 * configures receivers.
 */
export function transmitter(ctx: Context, pool: Pool, type: IssuerType) {
  const { issuer, jwks_uri } = discovery(ctx, pool, type)
  const hasStreams = isOn('SharedSignals', pool)
  return {
    spec_version: '1_0',
    issuer,
    jwks_uri,
    delivery_methods_supported: ['urn:ietf:rfc:8935', ...(hasStreams ? ['urn:ietf:rfc:8936'] : [])],
    ...(hasStreams && {
      configuration_endpoint: addressOf(ctx, pool, '/streams'),
      status_endpoint: addressOf(ctx, pool, '/status'),
      verification_endpoint: addressOf(ctx, pool, '/verify'),
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
      // A session that ended is not the end of the user's other sessions.
      critical_subject_members: ['user', 'session'],
    }),
    default_subjects: 'ALL',
  }
}

/** The API for event streams as a protected resource (RFC 9728). */
export const streamsResource = (ctx: Context, pool: Pool, type: IssuerType) =>
  protectedResource(pool, {
    resource: addressOf(ctx, pool, '/streams'),
    issuer: discovery(ctx, pool, type).issuer,
    scopes: Object.values(streamScopes),
    methods: ['header'],
  })
