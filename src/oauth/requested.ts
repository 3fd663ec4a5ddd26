import type { RequestedClaims } from '../pool/tokens/requested-claims.ts'

/** The claims that an app requests by name, as `engineQuery` passed them to the engine. */
export function requestedIn(params: object | undefined): RequestedClaims | undefined {
  const { requested } = (params ?? {}) as { requested?: string }
  return requested ? (JSON.parse(requested) as RequestedClaims) : undefined
}
