import type { OAuthFlowType } from '@aws-sdk/client-cognito-identity-provider'
import { type ClientStandards, isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { moreResponseTypes } from './authorization-request.ts'
import { checkAddresses, invalidMetadata, type Metadata, optional } from './metadata-members.ts'
import { OAuthError } from './oauth-error.ts'
import { readStandards, standardsView } from './standards-metadata.ts'

/** A client's metadata, as far as it means anything here (RFC 7591, section 2). */
export interface ClientMetadata {
  name: string
  flow: 'code' | 'client_credentials'
  /** Of a client for users: `code`, unless it says more. */
  responseTypes: string[]
  redirectUris: string[]
  /** Where the browser may go after a sign-out. */
  logoutUris?: string[]
  authMethod: AuthMethod
  /** Undefined where the client leaves it to the server. */
  scopes: string[] | undefined
  standards: ClientStandards
}

type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'client_secret_jwt'

const authMethods = ['none', 'client_secret_basic', 'client_secret_post']
const bySigning = ['private_key_jwt', 'client_secret_jwt']
const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
const maxUris = 100
const maxScopes = 50

/** Unknown members are ignored, and left out of the answer. @throws OAuthError */
export function readMetadata(metadata: Metadata, pool: Pool, allowed: OAuthFlowType[]): ClientMetadata {
  const flow = requireFlow(metadata, pool, allowed)
  const authMethod = optional(metadata, 'token_endpoint_auth_method', 'string') ?? 'client_secret_basic'
  const methods = isOn('ClientAssertions', pool) ? [...authMethods, ...bySigning] : authMethods
  if (!methods.includes(authMethod))
    throw invalidMetadata(`The token_endpoint_auth_method is not supported: ${methods.join(', ')}.`)
  if (authMethod === 'none' && flow === 'client_credentials')
    throw invalidMetadata('A client of client_credentials needs a secret.')
  const responseTypes = flow === 'code' ? requireResponseTypes(metadata, pool, allowed) : []
  const { standards, logoutUris } = readStandards(metadata, pool, authMethod)
  // The flows would allow each of the others as well.
  if (responseTypes.some((type) => type !== 'code')) standards.AllowedResponseTypes = responseTypes
  return {
    name: nameOf(optional(metadata, 'client_name', 'string')),
    flow,
    responseTypes,
    redirectUris: requireRedirectUris(metadata, flow),
    authMethod: authMethod as AuthMethod,
    scopes: scopesOf(optional(metadata, 'scope', 'string')),
    standards,
    logoutUris,
  }
}

/** The client as it was registered. */
export function metadataView(client: Client, pool: Pool, authMethod: string) {
  const [secret] = client.secrets
  const { AllowedOAuthFlows: flows = [] } = client.settings
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(client.createdAt.getTime() / 1000),
    ...(secret && { client_secret: secret.secret, client_secret_expires_at: 0 }),
    client_name: client.name,
    redirect_uris: client.settings.CallbackURLs ?? [],
    grant_types: flows.flatMap((flow) => grantsOf[flow] ?? []),
    response_types: client.extensions?.Standards?.AllowedResponseTypes ?? responseTypesOf(flows),
    token_endpoint_auth_method: authMethod,
    scope: client.settings.AllowedOAuthScopes!.join(' '),
    ...standardsView(client, pool),
  }
}

const grantsOf: Record<string, string[] | undefined> = {
  code: ['authorization_code', 'refresh_token'],
  implicit: ['implicit'],
  client_credentials: ['client_credentials'],
}

function responseTypesOf(flows: string[]): string[] {
  if (!flows.includes('code')) return []
  return flows.includes('implicit') ? ['code', ...moreResponseTypes] : ['code']
}

/** A client of this service acts for its users or for itself, never both. */
function requireFlow(metadata: Metadata, pool: Pool, allowed: OAuthFlowType[]): ClientMetadata['flow'] {
  const grants = optional(metadata, 'grant_types', 'list') ?? ['authorization_code']
  const known = hasMoreTypes(pool, allowed) ? [...grantTypes, 'implicit'] : grantTypes
  const unknown = grants.find((grant) => !known.includes(grant))
  if (unknown !== undefined) throw invalidMetadata('One of the grant_types is not supported.')
  const forUsers = grants.includes('authorization_code')
  const forItself = grants.includes('client_credentials')
  if (forUsers === forItself || (forItself && grants.includes('refresh_token')))
    throw invalidMetadata(
      'grant_types must be authorization_code, with or without refresh_token, or client_credentials.',
    )
  const flow = forUsers ? 'code' : 'client_credentials'
  if (!allowed.includes(flow)) throw invalidMetadata('One of the grant_types is not allowed.')
  return flow
}

const hasMoreTypes = (pool: Pool, allowed: OAuthFlowType[]) =>
  isOn('ResponseTypes', pool) && allowed.includes('implicit')

/** Types that bring tokens through the browser go with the grant `implicit`. */
function requireResponseTypes(metadata: Metadata, pool: Pool, allowed: OAuthFlowType[]): string[] {
  const types = optional(metadata, 'response_types', 'list') ?? ['code']
  const known = hasMoreTypes(pool, allowed) ? ['code', ...moreResponseTypes] : ['code']
  const sorted = types.map((type) => type.split(' ').sort().join(' '))
  if (sorted.some((type) => !known.includes(type)))
    throw invalidMetadata(
      known.length === 1 ? 'The only one of response_types is code.' : 'One of the response_types is not supported.',
    )
  const grants = optional(metadata, 'grant_types', 'list') ?? []
  if (sorted.some((type) => type !== 'code') !== grants.includes('implicit'))
    throw invalidMetadata('grant_types and response_types do not go together.')
  return [...new Set(sorted)]
}

export function requireRedirectUris(metadata: Metadata, flow: ClientMetadata['flow']): string[] {
  const uris = [...new Set(optional(metadata, 'redirect_uris', 'list') ?? [])]
  if (flow === 'client_credentials') return []
  const refused = (description: string) => new OAuthError('invalid_redirect_uri', description)
  if (uris.length === 0 || uris.length > maxUris) throw refused(`redirect_uris must be 1 to ${maxUris} addresses.`)
  checkAddresses(uris, 'redirect_uris', refused)
  return uris
}

export function scopesOf(scope: string | undefined): string[] | undefined {
  const scopes = [...new Set(scope?.split(' ').filter(Boolean))]
  if (scopes.length > maxScopes) throw invalidMetadata(`scope must be at most ${maxScopes} scopes.`)
  return scopes.length > 0 ? scopes : undefined
}

/** The part of it that a client's name may contain here. */
export function nameOf(text = '', fallback = 'Registered client'): string {
  const name = text.replaceAll(/[^\w+=,.@-]+/g, ' ').trim()
  return name.slice(0, 128).trim() || fallback
}
