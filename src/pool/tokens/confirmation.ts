/** The `cnf` claim: whoever uses the token has to prove that they have this key. */
export interface Confirmation {
  /** The thumbprint of the key that DPoP proofs are signed with (RFC 9449). */
  jkt?: string
  /** That of the certificate of the connection (RFC 8705). */
  'x5t#S256'?: string
}
