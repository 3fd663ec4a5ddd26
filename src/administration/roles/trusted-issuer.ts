import { createHash } from 'node:crypto'
import type { TrustedIssuer } from '../../model/poolhouse-operations.ts'
import { matchesPattern, parsePattern } from '../policy/glob.ts'

/**
 * The first issuer of the role that matches the claims of a verified token. All claims that the issuer names must be
 * present and match.
 */
export function issuerFitting(
  trusted: readonly TrustedIssuer[],
  claims: Readonly<Record<string, unknown>>,
): TrustedIssuer | undefined {
  return trusted.find(
    ({ Issuer, Audiences, Claims }) =>
      claims.iss === Issuer &&
      textsOf(claims.aud).some((audience) => Audiences.includes(audience)) &&
      Object.entries(Claims).every(([name, patterns]) => {
        const values = Object.hasOwn(claims, name) ? textsOf(claims[name]) : []
        return values.some((value) => patterns.some((pattern) => fits(pattern, value)))
      }),
  )
}

const form = { wildcards: true, variables: false, isVariable: () => false }

const fits = (pattern: string, value: string): boolean => matchesPattern(parsePattern(pattern, form), value)

function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value]
  return values.filter((item) => ['string', 'number', 'boolean'].includes(typeof item)).map(String)
}

/** Identifies an issuer with its conditions: credentials end when the role trusts it under other conditions. */
export const digestOf = ({ Issuer, Audiences, Claims }: TrustedIssuer): string =>
  createHash('sha256')
    .update(JSON.stringify([Issuer, [...Audiences].sort(), Object.entries(Claims).sort()]))
    .digest('base64url')
    .slice(0, 22)
