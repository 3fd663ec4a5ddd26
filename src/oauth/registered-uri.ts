import type { Client } from '../pool/clients/client.ts'

/**
 * Compared character by character: every other way has been a security hole somewhere. A request that names none goes
 * to the client's default, or to its only one. For a client of a document, ports of the own machine do not count.
 * `ownUris` are our own pages that it may return to.
 */
export function registeredUri(
  { settings, documentUrl }: Client,
  query: URLSearchParams,
  ownUris: string[] = [],
): string | undefined {
  const { CallbackURLs = [], DefaultRedirectURI } = settings
  const [uri, ...more] = query.getAll('redirect_uri')
  if (more.length > 0) return undefined
  if (uri === undefined) return DefaultRedirectURI ?? (CallbackURLs.length === 1 ? CallbackURLs[0] : undefined)
  if ([...ownUris, ...CallbackURLs].includes(uri)) return uri
  const isListed = documentUrl !== undefined && CallbackURLs.some((known) => withoutPort(known) === withoutPort(uri))
  return isListed ? uri : undefined
}

const loopbackPort = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):\d{1,5}(?=[/?]|$)/

/** A desktop app listens on a port that the system chooses, which no document can name (RFC 8252, 7.3). */
const withoutPort = (uri: string): string => uri.replace(loopbackPort, '$1')
