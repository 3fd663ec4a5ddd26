import { hash, X509Certificate } from 'node:crypto'
import { sameText } from '../../lib/constant-time.ts'
import type { Confirmation } from './confirmation.ts'

/** The header that `createForwardedFilter` leaves: what a trusted proxy has been shown, or nothing. */
export const certificateHeader = 'client-cert'

interface Call {
  get(header: string): string
}

/** The certificate of the connection; the caller has proven to hold its key. It needs no trusted issuer. */
export function certificateOf(call: Call): X509Certificate | undefined {
  const base64 = call.get(certificateHeader)
  if (!base64) return undefined
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}

export const thumbprintOf = ({ raw }: X509Certificate): string => hash('sha256', raw, 'base64url')

/** Whether a call comes with the certificate that its token is bound to (RFC 8705). */
export function holdsCertificate(call: Call, { 'x5t#S256': thumbprint }: Confirmation): boolean {
  const certificate = thumbprint === undefined ? undefined : certificateOf(call)
  return certificate !== undefined && sameText(thumbprintOf(certificate), thumbprint!)
}
