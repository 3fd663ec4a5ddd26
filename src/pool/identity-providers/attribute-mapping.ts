import { InvalidParameter } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { schemaOf } from '../pools/schema.ts'
import { socialProviders } from './social-providers.ts'

const unmappable = new Set(['sub', 'identities'])
const maxNameLength = 2048

/**
 * A mapping as it is stored: from attributes of the pool to those of the provider, with the source of the username.
 * @throws InvalidParameterException naming attributes that the pool does not have
 */
export function checkMapping(pool: Pool, type: string, input: Record<string, string> = {}): Record<string, string> {
  const schema = schemaOf(pool)
  const wrong = Object.entries(input).filter(
    ([attribute, source]) =>
      (attribute !== 'username' && (!schema.has(attribute) || unmappable.has(attribute))) ||
      source.trim() === '' ||
      source.length > maxNameLength,
  )
  if (wrong.length > 0)
    throw new InvalidParameter(`AttributeMapping contains invalid mapping: [${wrong.map(([name]) => name).join(', ')}]`)
  return type === 'SAML' ? input : { username: subjectClaim(type), ...input }
}

/** The member of a profile that identifies the user. */
export const subjectClaim = (type: string): string => socialProviders[type]?.subject ?? 'sub'

/** Names of authentication contexts at an OIDC provider, by level. @throws InvalidParameterException */
export function checkAcrMapping(
  type: string,
  input: Record<string, string> | undefined,
): Record<string, string> | undefined {
  if (input && type !== 'OIDC') throw new InvalidParameter('AcrMapping is for OIDC providers alone.')
  return input
}
