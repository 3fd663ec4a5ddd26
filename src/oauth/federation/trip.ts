/** A browser on its way to a provider and back. */
export interface Trip {
  /** The request that this browser was at; only it may come back. */
  uid: string
  provider: string
  /** Milliseconds. */
  startedAt: number
  /** OpenID Connect and OAuth: what the answer must fit. */
  nonce?: string
  verifier?: string
  /** SAML: the ID of the request that is to be answered. */
  requestId?: string
}

/** How long the whole way there and back may take, in seconds. */
export const tripLimit = 300

/** Kept longer, so that somebody who comes too late can be told so. */
export const tripKept = 3600
