import { ask, parseAnswer } from '../../api/ask.ts'

/** A JSON Web Token as people read it. */
export interface ReadToken {
  header: Record<string, unknown>
  claims: Record<string, unknown>
}

/** Undefined for what is none, as a refresh token. */
export function readToken(token: string): ReadToken | undefined {
  const [header, claims, signature, ...rest] = token.split('.')
  if (!header || !claims || signature === undefined || rest.length > 0) return undefined
  try {
    return { header: parsed(header), claims: parsed(claims) }
  } catch {
    return undefined
  }
}

const parsed = (part: string) => JSON.parse(new TextDecoder().decode(bytesOf(part)))

export const bytesOf = (part: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))

/** Whether a key of this set has signed it. @throws ApiError where the set can't be read */
export async function isSignedBy(token: string, keySetUrl: string): Promise<boolean> {
  const read = readToken(token)
  const { keys } = parseAnswer<{ keys: JsonWebKey[] }>(await ask(keySetUrl, { credentials: 'omit' }))
  const key = keys.find((one) => (one as { kid?: string }).kid === read?.header.kid)
  if (!key || read?.header.alg !== 'RS256') return false
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('jwk', key, algorithm, false, ['verify'])
  const at = token.lastIndexOf('.')
  const signed = new TextEncoder().encode(token.slice(0, at))
  return crypto.subtle.verify(algorithm, imported, bytesOf(token.slice(at + 1)), signed)
}
