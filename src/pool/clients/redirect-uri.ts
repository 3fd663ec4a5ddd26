import { InvalidParameter } from '../../model/errors.ts'

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?([/?]|$)/i
// Schemes that a browser would run or show instead of going there.
const unsafeSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:'])

/**
 * A callback or sign-out address: absolute, without a fragment, https except on localhost; or an app's own scheme, as
 * in `myapp://example`. @throws InvalidParameterException
 */
export function checkRedirectUri(uri: string): void {
  const parsed = URL.parse(uri)
  if (!parsed || unsafeSchemes.has(parsed.protocol)) throw new InvalidParameter(`${uri} is not a valid redirect URI.`)
  if (uri.includes('#')) throw new InvalidParameter(`${uri} cannot use fragment`)
  if (parsed.protocol === 'http:' && !loopback.test(uri))
    throw new InvalidParameter(`${uri} cannot use the HTTP protocol.`)
}

export function isRedirectUri(uri: string): boolean {
  try {
    checkRedirectUri(uri)
    return true
  } catch {
    return false
  }
}
