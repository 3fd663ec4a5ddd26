import type { Context } from '../../context.ts'
import { isLoopbackName } from '../../lib/loopback.ts'
import type { Pool } from './pool.ts'
import { domainOfHost } from './pool-domain.ts'

/** A call by the address that its caller used. */
export interface AddressedCall {
  protocol: string
  host: string
  path: string
}

/**
 * The URLs by which what an app signs may name the endpoint that it calls. The Host header is not proof of them: whoever
 * made an app sign something for a server of their own could send it on with their own host in it. So the host must be one
 * of the installation, or the pool's.
 */
export function calledUrls(
  { config }: Pick<Context, 'config'>,
  pool: Pick<Pool, 'domains'> | undefined,
  { protocol, host, path }: AddressedCall,
): string[] {
  const configured = [config.publicUrl, config.internalUrl, config.mtlsUrl]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url))
    .filter((url) => url.host === host.toLowerCase())
  const domain = domainOfHost({ config }, host)
  const isKnown =
    configured.length > 0 ||
    pool?.domains.some((known) => known.domain === domain) ||
    (config.mode === 'dev' && isLoopbackName(hostnameOf(host)))
  if (!isKnown) return []
  // TLS may end at a proxy that does not say so.
  const origins = new Set([`${protocol}://${host}`, ...configured.map(({ origin }) => origin)])
  return [...origins].map((origin) => origin + path)
}

const hostnameOf = (host: string): string => URL.parse(`http://${host}`)?.hostname ?? ''
