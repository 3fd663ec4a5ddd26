import type { ClientStandards } from '../model/extensions.ts'
import { isPageUri } from '../pool/clients/check-extensions.ts'
import { nameOf, requireRedirectUris, scopesOf } from './client-metadata.ts'
import { type Metadata, optional, parseObject } from './metadata-members.ts'

/** A client's metadata in its document (draft-ietf-oauth-client-id-metadata-document). */
export interface ClientDocument {
  name: string
  redirectUris: string[]
  /** Undefined if the client leaves it to the server. */
  scopes: string[] | undefined
  /** Its pages, as far as users may be sent to them. */
  pages: Pick<ClientStandards, 'ClientUri' | 'PolicyUri' | 'TosUri'>
  /** How it authenticates, unless it is a public client. */
  standards: Pick<ClientStandards, 'TokenEndpointAuthMethod' | 'Jwks' | 'JwksUri'> | undefined
}

export class DocumentRefused extends Error {}

/**
 * Unknown members are ignored. A client with a document has no shared secret: it is public, or has keys. @throws
 * DocumentRefused, OAuthError
 */
export function readClientDocument(url: string, body: string): ClientDocument {
  const document = parseObject(body)
  if (document.client_id !== url) throw new DocumentRefused('the document names another client_id')
  if ('client_secret' in document || 'client_secret_expires_at' in document)
    throw new DocumentRefused('a document can not have a secret')
  requireCode(document)
  return {
    name: nameOf(optional(document, 'client_name', 'string'), new URL(url).host),
    redirectUris: requireRedirectUris(document, 'code'),
    scopes: scopesOf(optional(document, 'scope', 'string')),
    pages: pagesOf(document),
    standards: authenticationOf(document),
  }
}

/** Other grants and types may be listed as well, for other servers. */
function requireCode(document: Metadata): void {
  const grants = optional(document, 'grant_types', 'list') ?? ['authorization_code']
  const types = optional(document, 'response_types', 'list') ?? ['code']
  if (!grants.includes('authorization_code') || !types.includes('code'))
    throw new DocumentRefused('the client does not use authorization codes')
}

function pagesOf(document: Metadata): ClientDocument['pages'] {
  const page = (name: string) => {
    const uri = document[name]
    return typeof uri === 'string' && isPageUri(uri) ? uri : undefined
  }
  return { ClientUri: page('client_uri'), PolicyUri: page('policy_uri'), TosUri: page('tos_uri') }
}

function authenticationOf(document: Metadata): ClientDocument['standards'] {
  const method = optional(document, 'token_endpoint_auth_method', 'string') ?? 'none'
  if (method === 'none') return undefined
  if (method !== 'private_key_jwt')
    throw new DocumentRefused('token_endpoint_auth_method must be none or private_key_jwt')
  const uri = optional(document, 'jwks_uri', 'string')
  return {
    TokenEndpointAuthMethod: method,
    ...(uri === undefined ? { Jwks: document.jwks as ClientStandards['Jwks'] } : { JwksUri: uri }),
  }
}
