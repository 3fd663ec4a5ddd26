import type { RequestedClaims } from '../pool/tokens/requested-claims.ts'

/** What an app has asked for by name, as `engineQuery` handed it to the engine. */
export function requestedIn(params: object | undefined): RequestedClaims | undefined {
  const { requested } = (params ?? {}) as { requested?: string }
  return requested ? (JSON.parse(requested) as RequestedClaims) : undefined
}
