import type { Context } from '../context.ts'
import { isOn, type StandardsPart } from '../model/extensions.ts'
import { fapi2Algorithms } from '../pool/clients/fapi2.ts'
import { registrationRules } from '../pool/pools/client-registration.ts'
import { type IssuerType, issuerUrl } from '../pool/pools/issuer.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { frontChannelUrl } from '../pool/pools/pool-domain.ts'
import { proofAlgorithms } from '../pool/tokens/dpop.ts'
import { acrLevels, acrName } from '../pool/tokens/proven.ts'
import { signingAlgorithm } from '../pool/tokens/signing-keys.ts'
import { standardClaimNames } from '../pool/tokens/standard-claims.ts'
import { moreResponseTypes } from './authorization-request.ts'
import { assertionAlgorithms } from './client-assertion.ts'
import { certificateMethods } from './client-certificate.ts'
import { cibaGrant } from './grants/ciba.ts'
import { deviceCodeGrant } from './grants/device-code.ts'
import { tokenExchangeGrant } from './grants/token-exchange.ts'
import { jwtModes } from './redirect.ts'
import { requestObjectAlgorithms } from './request-object.ts'

/**
 * The pool's metadata, for OpenID Connect and as an authorization server (RFC 8414). Members of parts that are off are
 * undefined, so that a pool with none of them on has exactly Cognito's JSON.
 */
export function discovery(ctx: Context, pool: Pool, type: IssuerType) {
  const front = frontChannelUrl(ctx, pool)
  const back = `${ctx.config.internalUrl}/${pool.id}`
  const called = ctx.config.internalUrl ? back : front
  const wellKnown = `${ctx.config.internalUrl ?? ctx.config.publicUrl}${type === 'UPDATED' ? '/issuer' : ''}/${pool.id}`
  return {
    authorization_endpoint: `${front}/oauth2/authorize`,
    code_challenge_methods_supported: ['S256'],
    end_session_endpoint: `${front}/logout`,
    grant_types_supported: [
      'authorization_code',
      'implicit',
      'refresh_token',
      'client_credentials',
      ...moreGrants(pool),
    ],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: issuerUrl(ctx, pool.id, type),
    jwks_uri: `${wellKnown}/.well-known/jwks.json`,
    registration_endpoint: registrationRules(pool) && `${called}/oauth2/register`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${called}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${called}/oauth2/token`,
    token_endpoint_auth_methods_supported: authMethods(pool, ctx),
    userinfo_endpoint: `${called}/oauth2/userInfo`,
    ...Object.assign(
      {},
      ...Object.entries(members).map(([part, of]) => isOn(part as StandardsPart, pool) && of({ ctx, pool, called })),
    ),
  }
}

interface Described {
  ctx: Context
  pool: Pool
  /** The base of the endpoints that apps call, not browsers. */
  called: string
}

/** What each part adds, where it is on. */
const members: Partial<Record<StandardsPart, (described: Described) => object | '' | undefined>> = {
  IssuerParameter: () => ({ authorization_response_iss_parameter_supported: true }),
  PushedAuthorizationRequests: ({ called }) => ({
    pushed_authorization_request_endpoint: `${called}/oauth2/par`,
  }),
  Introspection: ({ called }) => ({ introspection_endpoint: `${called}/oauth2/introspect` }),
  DPoP: () => ({ dpop_signing_alg_values_supported: proofAlgorithms }),
  MutualTls: ({ pool, ctx }) =>
    ctx.config.clientCertificateHeader && {
      tls_client_certificate_bound_access_tokens: true,
      mtls_endpoint_aliases: ctx.config.mtlsUrl && certificateEndpoints(pool, ctx.config.mtlsUrl),
    },
  DeviceAuthorization: ({ called }) => ({ device_authorization_endpoint: `${called}/oauth2/device_authorization` }),
  BackchannelAuthentication: ({ pool, called }) => ({
    backchannel_authentication_endpoint: `${called}/oauth2/bc-authorize`,
    backchannel_token_delivery_modes_supported: ['poll', 'ping'],
    backchannel_user_code_parameter_supported: false,
    backchannel_authentication_request_signing_alg_values_supported: isOn('RequestObjects', pool)
      ? isOn('Fapi2', pool)
        ? fapi2Algorithms
        : requestObjectAlgorithms
      : undefined,
  }),
  BackChannelLogout: () => ({
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  }),
  FrontChannelLogout: () => ({
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  }),
  ClientIdMetadataDocuments: () => ({ client_id_metadata_document_supported: true }),
  ClientAssertions: () => ({ token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms }),
  OpenIdClaims: ({ pool }) => ({
    scopes_supported: ['openid', 'email', 'phone', 'profile', 'address'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'amr', ...attributeClaimNames(pool)],
    claim_types_supported: ['normal'],
    claims_parameter_supported: true,
    userinfo_signing_alg_values_supported: [signingAlgorithm(pool)],
  }),
  OpenIdRequests: ({ pool }) => ({
    prompt_values_supported: ['none', 'login', 'select_account'],
    request_parameter_supported: isOn('RequestObjects', pool),
    request_uri_parameter_supported: false,
    acr_values_supported:
      pool.settings.UserPoolTier === 'LITE' ? undefined : acrLevels.map((level) => acrName(pool, level)),
  }),
  RequestObjects: () => ({
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: requestObjectAlgorithms,
  }),
  RequestsByReference: ({ pool }) =>
    isOn('RequestObjects', pool)
      ? { request_uri_parameter_supported: true, require_request_uri_registration: true }
      : undefined,
  ResponseTypes: () => ({
    response_types_supported: ['code', 'token', ...moreResponseTypes],
    response_modes_supported: ['query', 'fragment', 'form_post'],
  }),
  JwtResponses: ({ pool }) => ({
    response_modes_supported: [
      ...(isOn('ResponseTypes', pool) ? ['query', 'fragment', 'form_post'] : ['query', 'fragment']),
      ...jwtModes,
    ],
    authorization_signing_alg_values_supported: [signingAlgorithm(pool)],
  }),
  // After the parts of which it allows less.
  Fapi2: ({ pool, ctx }) => ({
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', ...moreGrants(pool)],
    response_types_supported: ['code'],
    require_pushed_authorization_requests: true,
    token_endpoint_auth_methods_supported: ['private_key_jwt', ...certificateMethodsAt(pool, ctx)],
    token_endpoint_auth_signing_alg_values_supported: fapi2Algorithms,
    dpop_signing_alg_values_supported: fapi2Algorithms,
    ...(isOn('RequestObjects', pool) && { request_object_signing_alg_values_supported: fapi2Algorithms }),
  }),
  PS256: () => ({ id_token_signing_alg_values_supported: ['PS256'] }),
}

/** Grants of a part, by their names at the token endpoint. */
const grantsOfParts: [StandardsPart, string][] = [
  ['DeviceAuthorization', deviceCodeGrant],
  ['BackchannelAuthentication', cibaGrant],
  ['TokenExchange', tokenExchangeGrant],
]

const moreGrants = (pool: Pool): string[] =>
  grantsOfParts.filter(([part]) => isOn(part, pool)).map(([, grant]) => grant)

/** With the ways of the parts that are on; Cognito does not list `none`. */
const authMethods = (pool: Pool, ctx: Context): string[] => [
  'client_secret_basic',
  'client_secret_post',
  ...(isOn('ClientAssertions', pool) ? ['client_secret_jwt', 'private_key_jwt'] : []),
  ...certificateMethodsAt(pool, ctx),
  ...(isOn('ClientAssertions', pool) || isOn('ClientIdMetadataDocuments', pool) ? ['none'] : []),
]

const certificateMethodsAt = (pool: Pool, { config }: Context): string[] =>
  config.clientCertificateHeader && isOn('MutualTls', pool) ? certificateMethods : []

/** The endpoints where the proxy asks for a certificate: browsers would ask their users for one there. */
function certificateEndpoints(pool: Pool, mtlsUrl: string) {
  const at = `${mtlsUrl}/${pool.id}/oauth2`
  return {
    token_endpoint: `${at}/token`,
    revocation_endpoint: `${at}/revoke`,
    userinfo_endpoint: `${at}/userInfo`,
    ...(isOn('PushedAuthorizationRequests', pool) && { pushed_authorization_request_endpoint: `${at}/par` }),
    ...(isOn('DeviceAuthorization', pool) && { device_authorization_endpoint: `${at}/device_authorization` }),
    ...(isOn('BackchannelAuthentication', pool) && { backchannel_authentication_endpoint: `${at}/bc-authorize` }),
    ...(isOn('Introspection', pool) && { introspection_endpoint: `${at}/introspect` }),
  }
}

function attributeClaimNames({ settings }: Pool): string[] {
  const names = settings.SchemaAttributes.map(({ Name }) => Name!)
  return names.filter((name) => standardClaimNames.includes(name) || name.startsWith('custom:'))
}

/** The pool's own userInfo as a protected resource. */
export function userInfoResource(ctx: Context, pool: Pool, type: IssuerType) {
  const { userinfo_endpoint: resource, issuer, scopes_supported: scopes } = discovery(ctx, pool, type)
  const methods = isOn('OpenIdClaims', pool) ? ['header', 'body'] : ['header']
  return protectedResource(pool, { resource, issuer, scopes, methods })
}

interface Resource {
  resource: string
  issuer: string
  scopes: string[]
  /** How it takes its tokens. */
  methods: string[]
}

/** The metadata of a protected resource of the pool (RFC 9728). */
export const protectedResource = (pool: Pool, { resource, issuer, scopes, methods }: Resource) => ({
  resource,
  authorization_servers: [issuer],
  scopes_supported: scopes,
  bearer_methods_supported: methods,
  ...(isOn('DPoP', pool) && { dpop_signing_alg_values_supported: proofAlgorithms }),
})
