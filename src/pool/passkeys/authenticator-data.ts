import { hash } from 'node:crypto'

/** @throws for bytes of another form */
export async function parseAuthenticatorData(bytes: Uint8Array) {
  const { parseAuthenticatorData: parse } = await import('@simplewebauthn/server/helpers')
  return parse(new Uint8Array(bytes))
}

export const sameRelyingParty = (rpIdHash: Uint8Array, rpId: string): boolean =>
  hash('sha256', rpId, 'buffer').equals(rpIdHash)
