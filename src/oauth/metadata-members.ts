import { InvalidParameter } from '../model/errors.ts'
import { checkRedirectUri } from '../pool/clients/redirect-uri.ts'
import { OAuthError } from './oauth-error.ts'

export const invalidMetadata = (description: string) => new OAuthError('invalid_client_metadata', description)

/** The metadata as the client sent it. */
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

/** @throws OAuthError */
export function checkAddresses(uris: string[], member: string, refused: (description: string) => OAuthError): void {
  for (const uri of uris) {
    if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,1024}$/u.test(uri)) throw refused(`One of the ${member} is no address.`)
    try {
      checkRedirectUri(uri)
    } catch (error) {
      if (error instanceof InvalidParameter) throw refused(error.message)
      throw error
    }
  }
}
