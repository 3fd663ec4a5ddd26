/** Attributes as OIDC claims: which of them a token shows, and in which JSON type. */

type Attributes = Readonly<Record<string, string>>

const byScope = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
}

/**
 * The attributes that a client may read and the scopes name. `openid` alone, and `profile`, name all of them; without
 * scopes (the JSON API's sign-in) all are shown too.
 */
export function visibleAttributes(
  attributes: Attributes,
  readable: ReadonlySet<string>,
  scopes?: readonly string[],
): Record<string, string> {
  const entries = Object.entries(attributes).filter(([name]) => readable.has(name))
  const narrow = scopes && !scopes.includes('profile') && (scopes.includes('email') || scopes.includes('phone'))
  if (!narrow) return Object.fromEntries(entries)
  const named = new Set([
    ...(scopes.includes('email') ? byScope.email : []),
    ...(scopes.includes('phone') ? byScope.phone : []),
    // Identities at other providers belong to no scope.
    'identities',
  ])
  return Object.fromEntries(entries.filter(([name]) => named.has(name)))
}

/** In the types of the ID token. Custom attributes are strings whatever their declared type. */
export function attributeClaims(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, claimValue(name, value)]))
}

function claimValue(name: string, value: string): unknown {
  switch (name) {
    case 'email_verified':
    case 'phone_number_verified':
      return value === 'true'
    case 'address':
      return { formatted: value }
    case 'updated_at':
      return /^\d{1,15}$/.test(value) ? Number(value) : value
    case 'identities':
      return identities(value)
    default:
      return value
  }
}

// Stored with real types, shown as strings, as on the service.
function identities(value: string): unknown {
  const stored = JSON.parse(value) as Record<string, unknown>[]
  return stored.map((identity) => ({
    ...identity,
    primary: String(identity.primary),
    dateCreated: String(identity.dateCreated),
  }))
}
