import { SignJWT } from 'jose'
import { applePrivateKey } from '../../pool/identity-providers/provider-details.ts'

/** Apple's apps have a key instead of a secret, with which they sign one for each use. */
export function appleClientSecret(details: Record<string, string>, now: Date): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: details.key_id! })
    .setIssuer(details.team_id!)
    .setSubject(details.client_id!)
    .setAudience(details.oidc_issuer!)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 300)
    .sign(applePrivateKey(details.private_key!))
}
