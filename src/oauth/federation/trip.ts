/** A browser on its way to a provider and back. */
export interface Trip {
  /** This browser's request; only that browser may come back. */
  uid: string
  provider: string
  /** Milliseconds. */
  startedAt: number
  /** OpenID Connect and OAuth: what the answer is checked against. */
  nonce?: string
  verifier?: string
  /** SAML: the ID of the request that the response must name. */
  requestId?: string
}

/** How long the whole way there and back may take, in seconds. */
export const tripLimit = 300

/** How long it is stored, so that a browser that comes too late gets the right error. */
export const tripRetention = 3600
