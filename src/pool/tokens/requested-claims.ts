/** What an app asks for by name, by the `claims` parameter of OpenID Connect, for each of the two places. */
export interface RequestedClaims {
  id_token?: Record<string, ClaimRequest | null>
  userinfo?: Record<string, ClaimRequest | null>
}

export interface ClaimRequest {
  essential?: boolean
  value?: unknown
  values?: unknown[]
}
