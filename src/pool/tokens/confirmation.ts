/** The `cnf` claim: the key that a caller has to prove to use the token. */
export interface Confirmation {
  /** The thumbprint of the key that DPoP proofs are signed with (RFC 9449). */
  jkt?: string
  /** That of the certificate of the connection (RFC 8705). */
  'x5t#S256'?: string
}
