import type { ClaimChanges, GroupClaims, TokenChanges } from '../triggers/pre-token-generation.ts'

type Claims = Record<string, unknown>

/** Claims that only the service sets. */
const fixed = new Set(
  'acr act amr at_hash auth_time azp c_hash client_id cnf cognito:username device_key event_id exp iat identities iss jti nbf nonce origin_jti sid sub token_use username version'.split(
    ' ',
  ),
)

/** Never objects, whatever a trigger returns. */
const plain = new Set(['email_verified', 'phone_number_verified', 'updated_at', 'address'])

/** The claims of an ID token with the trigger's changes. */
export function overrideIdClaims(claims: Claims, { id, groups }: TokenChanges): Claims {
  const addable = (name: string, value: unknown): boolean =>
    name !== 'aud' && !(plain.has(name) && typeof value === 'object')
  return override(withGroups(claims, groups, true), id, addable)
}

/**
 * The claims of an access token with the trigger's changes: scopes, a few more claims, and no audience but the client
 * itself.
 */
export function overrideAccessClaims<T extends Claims & { client_id: string; scope: string }>(
  claims: T,
  { access, groups }: TokenChanges,
): T {
  const addable = (name: string, value: unknown): boolean =>
    name !== 'scope' && (name !== 'aud' || value === claims.client_id)
  const changed = override(withGroups(claims, groups, false), access, addable) as T
  return access ? { ...changed, scope: overrideScopes(claims.scope, access) } : changed
}

function override(
  claims: Claims,
  changes: ClaimChanges | undefined,
  addable: (name: string, value: unknown) => boolean,
) {
  if (!changes) return claims
  const added = Object.entries(changes.add).filter(
    ([name, value]) => !isFixed(name) && !name.startsWith('dev:') && value !== null && addable(name, value),
  )
  const suppressed = changes.suppress.flatMap((name) => {
    if (name === 'cognito:groups') return ['cognito:groups', 'cognito:roles', 'cognito:preferred_role']
    return isFixed(name) || name === 'aud' || name === 'scope' ? [] : [name]
  })
  const result = { ...claims, ...Object.fromEntries(added) }
  for (const name of suppressed) delete result[name]
  return result
}

// Groups and roles are changed as groups, not as claims.
const isFixed = (name: string): boolean => fixed.has(name) || name.startsWith('cognito:')

function withGroups(claims: Claims, groups: GroupClaims | undefined, withRoles: boolean): Claims {
  if (!groups) return claims
  const listed = (names: string[]) => (names.length > 0 ? names : undefined)
  return {
    ...claims,
    'cognito:groups': listed(groups.groups),
    ...(withRoles && {
      'cognito:roles': listed(groups.roles),
      'cognito:preferred_role': groups.preferredRole ?? undefined,
    }),
  }
}

function overrideScopes(scope: string, access: NonNullable<TokenChanges['access']>): string {
  // The service's own scopes give access to its API: they can be requested, but not added by a trigger.
  const added = access.scopesToAdd.filter((name) => !/\s/.test(name) && !name.startsWith('aws.cognito'))
  const scopes = new Set([...scope.split(' ').filter(Boolean), ...added])
  for (const name of access.scopesToSuppress) scopes.delete(name)
  return [...scopes].join(' ')
}
