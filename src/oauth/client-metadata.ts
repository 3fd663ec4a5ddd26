import type { OAuthFlowType } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter } from '../model/errors.ts'
import type { Client } from '../pool/clients/client.ts'
import { checkRedirectUri } from '../pool/clients/redirect-uri.ts'
import { OAuthError } from './oauth-error.ts'

/** A client's metadata, as far as it means anything here (RFC 7591, section 2). */
export interface ClientMetadata {
  name: string
  flow: 'code' | 'client_credentials'
  redirectUris: string[]
  authMethod: AuthMethod
  /** Undefined where the client leaves it to the server. */
  scopes: string[] | undefined
}

type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post'

const authMethods = ['none', 'client_secret_basic', 'client_secret_post']
const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
const maxUris = 100
const maxScopes = 50

export const invalidMetadata = (description: string) => new OAuthError('invalid_client_metadata', description)

/** Unknown members are ignored, and left out of the answer. @throws OAuthError */
export function readMetadata(body: string, allowed: OAuthFlowType[]): ClientMetadata {
  const metadata = parseObject(body)
  const flow = requireFlow(metadata, allowed)
  const authMethod = optional(metadata, 'token_endpoint_auth_method', 'string') ?? 'client_secret_basic'
  if (!authMethods.includes(authMethod))
    throw invalidMetadata(
      'The token_endpoint_auth_method is not supported: none, client_secret_basic, client_secret_post.',
    )
  if (authMethod === 'none' && flow === 'client_credentials')
    throw invalidMetadata('A client of client_credentials needs a secret.')
  return {
    name: nameOf(optional(metadata, 'client_name', 'string')),
    flow,
    redirectUris: requireRedirectUris(metadata, flow),
    authMethod: authMethod as AuthMethod,
    scopes: scopesOf(optional(metadata, 'scope', 'string')),
  }
}

/** The client as it was registered. */
export function metadataView(client: Client, { flow, authMethod }: ClientMetadata) {
  const [secret] = client.secrets
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(client.createdAt.getTime() / 1000),
    ...(secret && { client_secret: secret.secret, client_secret_expires_at: 0 }),
    client_name: client.name,
    redirect_uris: client.settings.CallbackURLs ?? [],
    grant_types: flow === 'code' ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
    response_types: flow === 'code' ? ['code'] : [],
    token_endpoint_auth_method: authMethod,
    scope: client.settings.AllowedOAuthScopes!.join(' '),
  }
}

export type Metadata = Record<string, unknown>

export function parseObject(body: string): Metadata {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Metadata
  } catch {
    // Refused below.
  }
  throw invalidMetadata('The request must be a JSON object.')
}

export function optional(metadata: Metadata, name: string, type: 'string'): string | undefined
export function optional(metadata: Metadata, name: string, type: 'list'): string[] | undefined
export function optional(metadata: Metadata, name: string, type: 'string' | 'list'): unknown {
  const value = metadata[name]
  if (value === undefined || value === null) return undefined
  const isText = (one: unknown) => typeof one === 'string' && !one.includes('\0')
  if (type === 'string' ? isText(value) : Array.isArray(value) && value.every(isText)) return value
  throw invalidMetadata(type === 'string' ? `${name} must be a string.` : `${name} must be an array of strings.`)
}

/** A client of this service acts for its users or for itself, never both. */
function requireFlow(metadata: Metadata, allowed: OAuthFlowType[]): ClientMetadata['flow'] {
  const grants = optional(metadata, 'grant_types', 'list') ?? ['authorization_code']
  const responses = optional(metadata, 'response_types', 'list') ?? []
  const unknown = grants.find((grant) => !grantTypes.includes(grant))
  if (unknown !== undefined) throw invalidMetadata('One of the grant_types is not supported.')
  if (responses.some((type) => type !== 'code')) throw invalidMetadata('The only one of response_types is code.')
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

export function requireRedirectUris(metadata: Metadata, flow: ClientMetadata['flow']): string[] {
  const uris = [...new Set(optional(metadata, 'redirect_uris', 'list') ?? [])]
  if (flow === 'client_credentials') return []
  const refused = (description: string) => new OAuthError('invalid_redirect_uri', description)
  if (uris.length === 0 || uris.length > maxUris) throw refused(`redirect_uris must be 1 to ${maxUris} addresses.`)
  for (const uri of uris) {
    if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,1024}$/u.test(uri)) throw refused('One of the redirect_uris is no address.')
    try {
      checkRedirectUri(uri)
    } catch (error) {
      if (error instanceof InvalidParameter) throw refused(error.message)
      throw error
    }
  }
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
