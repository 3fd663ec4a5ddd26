import type { Client } from '../pool/clients/client.ts'

/**
 * Compared character by character: every other way has been a security hole somewhere. A request that names none goes
 * to the client's default, or to its only one. `ownUris` are our own pages that it may return to.
 */
export function registeredUri(
  { settings }: Client,
  query: URLSearchParams,
  ownUris: string[] = [],
): string | undefined {
  const { CallbackURLs = [], DefaultRedirectURI } = settings
  const [uri, ...more] = query.getAll('redirect_uri')
  if (more.length > 0) return undefined
  if (uri === undefined) return DefaultRedirectURI ?? (CallbackURLs.length === 1 ? CallbackURLs[0] : undefined)
  return [...ownUris, ...CallbackURLs].find((known) => known === uri)
}
