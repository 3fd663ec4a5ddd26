/**
 * The claims that an app requests by name, by the `claims` parameter of OpenID Connect, for the ID token and for
 * userInfo.
 */
export interface RequestedClaims {
  id_token?: Record<string, ClaimRequest | null>
  userinfo?: Record<string, ClaimRequest | null>
}

export interface ClaimRequest {
  essential?: boolean
  value?: unknown
  values?: unknown[]
}
