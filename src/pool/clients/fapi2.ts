import { isOn } from '../../model/extensions.ts'
import type { Client } from './client.ts'

type Pool = Parameters<typeof isOn>[1]

/**
 * Whether an app keeps the FAPI 2.0 Security Profile, which allows less than the standards that it is made of:
 *
 *   it authenticates by a key, never by a secret    the only audience of its assertions is the issuer
 *   it pushes its requests, with PKCE               it asks for `code` alone, and a code lives a minute
 *   its tokens are bound to a key                   what it signs is by `fapi2Algorithms`
 */
export const isFapi2 = (pool: Pool, client: Client): boolean => isOn('Fapi2', pool, client)

export const fapi2Algorithms = ['PS256', 'ES256', 'EdDSA']
export const fapi2CodeLifetime = 60

/** It can begin a sign-in only with a pushed request. */
export const mustPush = (pool: Pool, client: Client): boolean =>
  client.extensions?.Standards?.RequirePushedAuthorizationRequests === true || isFapi2(pool, client)

/** It can begin a sign-in, or ask for a user, only with a request that it has signed. */
export const mustSign = (pool: Pool, client: Client): boolean =>
  isOn('RequestObjects', pool, client) && client.extensions?.Standards?.RequireSignedRequestObject === true

/** It gets only tokens that are bound to a key. */
export const mustBind = (pool: Pool, client: Client): boolean =>
  (isOn('DPoP', pool, client) && client.extensions?.Standards?.RequireDPoP === true) ||
  bindsToCertificate(pool, client) ||
  isFapi2(pool, client)

/** Its tokens are bound to the certificate of the connection unless it proves another key. */
export const bindsToCertificate = (pool: Pool, client: Client): boolean =>
  isOn('MutualTls', pool, client) && client.extensions?.Standards?.CertificateBoundAccessTokens === true
