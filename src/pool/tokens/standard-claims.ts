import { profileAttributes } from '../clients/client-rules.ts'
import { attributeClaims } from './attribute-claims.ts'
import type { ClaimRequest, RequestedClaims } from './requested-claims.ts'

/** OpenID Connect Core, 5.4. The pool's own attributes belong to `profile`. */
const claimsOfScope: Record<string, string[]> = {
  profile: [...profileAttributes, 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
}

export const standardClaimNames = Object.values(claimsOfScope).flat()

type Attributes = Readonly<Record<string, string>>

/**
 * A user's attributes in OpenID Connect's terms, where the pool has that on: those that a scope or the app requests,
 * among those that the client may read.
 */
export function standardClaims(
  attributes: Attributes,
  readable: ReadonlySet<string>,
  scopes: readonly string[],
  requested: RequestedClaims[keyof RequestedClaims] = {},
): Record<string, unknown> {
  const byScope = scopes.flatMap((scope) => (Object.hasOwn(claimsOfScope, scope) ? claimsOfScope[scope]! : []))
  const named = new Set([...byScope, ...Object.keys(requested)])
  const isAsked = (name: string) => named.has(name) || (scopes.includes('profile') && isOwn(name))
  const shown = Object.entries(attributes).filter(([name]) => name !== 'sub' && readable.has(name) && isAsked(name))
  const claims = attributeClaims(Object.fromEntries(shown))
  return 'address' in claims ? { ...claims, address: addressOf(attributes.address!) } : claims
}

const isOwn = (name: string) => name.startsWith('custom:') || name === 'identities'

const addressMembers = ['formatted', 'street_address', 'locality', 'region', 'postal_code', 'country']

/** Stored as text; a JSON object is taken as the structured address. */
function addressOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      const members = Object.entries(parsed).filter(
        ([name, value]) => addressMembers.includes(name) && typeof value === 'string',
      )
      if (members.length > 0) return Object.fromEntries(members)
    }
  } catch {
    // A plain one.
  }
  return { formatted: text }
}

const maxLength = 4096
const maxClaims = 50

/** The `claims` parameter (OpenID Connect Core, 5.5). Undefined where it is none. */
export function parseRequestedClaims(text: string): RequestedClaims | undefined {
  if (text.length > maxLength) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    if (!isObject(parsed)) return undefined
    const places = (['id_token', 'userinfo'] as const).flatMap((place) => {
      const claims = parsed[place]
      if (claims === undefined || claims === null) return []
      if (!isObject(claims) || Object.keys(claims).length > maxClaims) throw new SyntaxError(place)
      return [[place, Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, requestOf(value)]))]]
    })
    return Object.fromEntries(places) as RequestedClaims
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function requestOf(value: unknown): ClaimRequest | null {
  if (value === null) return null
  if (!isObject(value)) throw new SyntaxError('a claim request is an object, or null')
  const { essential, value: one, values } = value
  if (values !== undefined && !Array.isArray(values)) throw new SyntaxError('values is an array')
  return { essential: essential === true || undefined, value: one, values }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
