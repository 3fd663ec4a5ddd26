import { checkAttributes, requireAttributes } from '../attributes/schema.ts'
import type { Client } from '../clients/client.ts'
import { requiredAttributes, writableAttributes } from '../clients/client-rules.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { Pool } from '../pools/pool.ts'
import { schemaOf } from '../pools/schema.ts'
import type { User } from '../users/user.ts'
import { FederationError } from './federation-error.ts'

/** A provider's claims about a user, under its own names. */
export type Claims = Record<string, unknown>

// The pool sets it for its own users, and the provider for federated ones.
const verifications = new Set(['email_verified', 'phone_number_verified'])

/**
 * The pool's attributes by the provider's claims: absent claims are left out, null ones are empty. Attributes that the
 * client may not write are ignored.
 */
export function mappedValues(
  pool: Pool,
  client: Client,
  provider: IdentityProvider,
  claims: Claims,
): Record<string, string> {
  const schema = schemaOf(pool)
  const writable = writableAttributes(pool, client)
  const entries = Object.entries(provider.attributeMapping)
    .filter(([attribute]) => attribute !== 'username' || provider.type === 'SAML')
    .filter(([attribute]) => !schema.has(attribute) || writable.has(attribute) || verifications.has(attribute))
    .map(([attribute, source]) => [attribute, Object.hasOwn(claims, source) ? claimText(claims[source]) : undefined])
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(entries)
}

/**
 * The values of a new profile, or the changes of an existing one. Addresses count as verified where the mapping says so
 * and the provider does. @throws FederationError for required attributes without a value, InvalidParameterException for
 * values that break the schema
 */
export function checkMapped(pool: Pool, values: Record<string, string>, user?: User): Record<string, string> {
  const before = user?.attributes ?? {}
  const differs = (name: string): boolean => values[name] !== undefined && values[name] !== (before[name] ?? '')
  // A new address needs its verification again, even if that has not changed.
  const changed = Object.entries(values).filter(([name]) => differs(name) || differs(name.replace(/_verified$/, '')))
  const missing = requiredAttributes(pool).filter((name) => (user ? values[name] === '' : !values[name]))
  if (missing.length > 0) throw new FederationError(`attributes required: [${missing.join(', ')}]`)

  const input = changed.map(([Name, Value]) => ({ Name, Value }))
  const checked = checkAttributes(pool, input, { creating: !user, writer: 'admin', required: 'none' })
  if (!user) {
    requireAttributes(pool, checked)
    if (checked.email && !checked.email_verified) checked.email_verified = 'false'
    if (checked.phone_number && !checked.phone_number_verified) checked.phone_number_verified = 'false'
  }
  // Without an address there is no verification.
  if (!(checked.email ?? before.email)) delete checked.email_verified
  if (!(checked.phone_number ?? before.phone_number)) delete checked.phone_number_verified
  return checked
}

/** As attributes are stored: several values become one text, as on the service. Null is like absent. */
export function claimText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) return `[${value.map((item) => encoded(claimText(item) ?? '')).join(',')}]`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const encoded = (text: string): string => new URLSearchParams([['', text.toWellFormed()]]).toString().slice(1)
