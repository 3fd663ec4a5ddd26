import { createPublicKey, type JsonWebKey } from 'node:crypto'

/** ES256 and RS256, by their COSE numbers. */
export const algorithms = [-7, -257]

/** Whether signatures can be verified with the COSE key. */
export function isUsableKey(cose: Map<number, unknown>): boolean {
  const jwk = toJwk(cose)
  if (!jwk) return false
  try {
    // @throws for a point that is not on the curve
    return createPublicKey({ key: jwk, format: 'jwk' }).asymmetricKeyDetails !== undefined
  } catch {
    return false
  }
}

function toJwk(cose: Map<number, unknown>): JsonWebKey | undefined {
  const bytes = (label: number, min: number, max: number): string | undefined => {
    const value = cose.get(label)
    const fits = value instanceof Uint8Array && value.length >= min && value.length <= max
    return fits ? Buffer.from(value).toString('base64url') : undefined
  }
  const [type, algorithm] = [cose.get(1), cose.get(3)]
  if (type === 2 && algorithm === -7 && cose.get(-1) === 1) {
    const [x, y] = [bytes(-2, 32, 32), bytes(-3, 32, 32)]
    return x && y ? { kty: 'EC', crv: 'P-256', x, y } : undefined
  }
  if (type === 3 && algorithm === -257) {
    const [n, e] = [bytes(-1, 256, 1024), bytes(-2, 1, 8)]
    return n && e ? { kty: 'RSA', n, e } : undefined
  }
  return undefined
}
