import { type ClientStandards, isOn, type StandardsPart } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { signingAlgorithm } from '../pool/tokens/signing-keys.ts'
import { checkAddresses, invalidMetadata, type Metadata, optional } from './metadata-members.ts'
import { requestObjectAlgorithms } from './request-object.ts'

const maxLogoutUris = 100
const maxRequestUris = 20
const maxRequestUriLength = 512

/** A client's registration settings for parts that the pool has on, in addition to those that every pool reads. */
interface Member {
  name: keyof ClientStandards
  part: StandardsPart
  type: 'string' | 'boolean' | 'list'
  /** The values that it may have, unless any is fine. */
  values?: string[]
}

const members: Record<string, Member> = {
  jwks_uri: { name: 'JwksUri', part: 'ClientAssertions', type: 'string' },
  backchannel_logout_uri: { name: 'BackChannelLogoutUri', part: 'BackChannelLogout', type: 'string' },
  frontchannel_logout_uri: { name: 'FrontChannelLogoutUri', part: 'FrontChannelLogout', type: 'string' },
  require_pushed_authorization_requests: {
    name: 'RequirePushedAuthorizationRequests',
    part: 'PushedAuthorizationRequests',
    type: 'boolean',
  },
  dpop_bound_access_tokens: { name: 'RequireDPoP', part: 'DPoP', type: 'boolean' },
  client_uri: { name: 'ClientUri', part: 'OpenIdRequests', type: 'string' },
  policy_uri: { name: 'PolicyUri', part: 'OpenIdRequests', type: 'string' },
  tos_uri: { name: 'TosUri', part: 'OpenIdRequests', type: 'string' },
  request_uris: { name: 'RequestUris', part: 'RequestsByReference', type: 'list' },
  require_signed_request_object: { name: 'RequireSignedRequestObject', part: 'RequestObjects', type: 'boolean' },
  request_object_signing_alg: {
    name: 'RequestObjectSigningAlg',
    part: 'RequestObjects',
    type: 'string',
    values: requestObjectAlgorithms,
  },
}

/** Members of parts that are off are ignored like unknown ones. @throws OAuthError */
export function readStandards(
  metadata: Metadata,
  pool: Pool,
  authMethod: string,
): { standards: ClientStandards; logoutUris: string[] | undefined } {
  checkOpenId(metadata, pool)
  const read = Object.entries(members)
    .filter(([member, { part }]) => metadata[member] !== undefined && isOn(part, pool))
    .map(([member, described]) => [described.name, memberOf(metadata, member, described)])
  const standards: ClientStandards = Object.fromEntries(read)
  if (authMethod === 'private_key_jwt' || authMethod === 'client_secret_jwt')
    standards.TokenEndpointAuthMethod = authMethod
  if (wantsSignedUserInfo(metadata, pool)) standards.SignedUserInfo = true
  if (metadata.jwks !== undefined && isOn('ClientAssertions', pool))
    standards.Jwks = metadata.jwks as ClientStandards['Jwks']
  return { standards, logoutUris: isOn('RpInitiatedLogout', pool) ? logoutUrisOf(metadata) : undefined }
}

function wantsSignedUserInfo({ userinfo_signed_response_alg: alg }: Metadata, pool: Pool): boolean {
  if (alg === undefined || !isOn('OpenIdClaims', pool)) return false
  if (alg !== signingAlgorithm(pool))
    throw invalidMetadata(`The only userinfo_signed_response_alg is ${signingAlgorithm(pool)}.`)
  return true
}

function memberOf(metadata: Metadata, member: string, { type, values }: Member): unknown {
  if (type === 'list') return listOf(metadata, member)
  if (type === 'string') {
    const value = optional(metadata, member, 'string')
    if (values && value !== undefined && !values.includes(value))
      throw invalidMetadata(`The ${member} is not supported: ${values.join(', ')}.`)
    return value
  }
  if (typeof metadata[member] !== 'boolean') throw invalidMetadata(`${member} must be true or false.`)
  return metadata[member]
}

function listOf(metadata: Metadata, member: string): string[] | undefined {
  const uris = [...new Set(optional(metadata, member, 'list'))]
  if (uris.length > maxRequestUris || uris.some((uri) => uri.length > maxRequestUriLength))
    throw invalidMetadata(`${member} must be at most ${maxRequestUris} addresses of ${maxRequestUriLength} characters.`)
  return uris.length > 0 ? uris : undefined
}

/** The subject is the same for every app, and the pool has one signing algorithm. */
function checkOpenId(metadata: Metadata, pool: Pool): void {
  if (!isOn('OpenIdRequests', pool)) return
  const { subject_type, id_token_signed_response_alg: alg } = metadata
  if (subject_type !== undefined && subject_type !== 'public') throw invalidMetadata('The only subject_type is public.')
  if (alg !== undefined && alg !== signingAlgorithm(pool))
    throw invalidMetadata(`The only id_token_signed_response_alg is ${signingAlgorithm(pool)}.`)
}

function logoutUrisOf(metadata: Metadata): string[] | undefined {
  const uris = optional(metadata, 'post_logout_redirect_uris', 'list')
  if (!uris || uris.length === 0) return undefined
  if (uris.length > maxLogoutUris) throw invalidMetadata(`post_logout_redirect_uris must be at most ${maxLogoutUris}.`)
  checkAddresses(uris, 'post_logout_redirect_uris', invalidMetadata)
  return [...new Set(uris)]
}

/** The same settings in the terms of registration metadata. */
export function standardsView({ settings, extensions }: Client, pool: Pool) {
  const standards = extensions?.Standards ?? {}
  return {
    ...Object.fromEntries(Object.entries(members).map(([member, { name }]) => [member, standards[name]])),
    jwks: standards.Jwks,
    userinfo_signed_response_alg: standards.SignedUserInfo ? signingAlgorithm(pool) : undefined,
    post_logout_redirect_uris: settings.LogoutURLs,
  }
}
