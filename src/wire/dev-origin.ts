/**
 * In dev the admin key pair is public, so any website open in the developer's browser could use it, by a cross-origin
 * call or by pointing a host name of its own at the loopback address. Either one shows in Origin or Host.
 */
import { isLoopbackName } from '../lib/loopback.ts'
import { AccessDenied } from '../model/errors.ts'

export interface KnownNames {
  publicUrl: string
  internalUrl?: string
  domainSuffix: string
  allowedHosts?: readonly string[]
}

export interface Caller {
  host: string | undefined
  origin: string | undefined
}

/** @returns a function that finds the first host in a request that is not one of this server's */
export function foreignNameFinder(known: KnownNames): (caller: Caller) => string | undefined {
  const names = new Set((known.allowedHosts ?? []).map(hostnameOf))
  for (const url of [known.publicUrl, known.internalUrl]) if (url) names.add(hostnameOf(new URL(url).host))
  const suffix = hostnameOf(known.domainSuffix)

  const isOwn = (hostname: string) =>
    isLoopbackName(hostname) || names.has(hostname) || (suffix !== '' && hostname.endsWith(`.${suffix}`))

  return ({ host, origin }) => {
    if (host === undefined || !isOwn(hostnameOf(host))) return host ?? 'a request without a Host'
    if (origin === undefined) return undefined
    // A page that hides its origin sends `null`.
    const scheme = origin.indexOf('://')
    return scheme > 0 && isOwn(hostnameOf(origin.slice(scheme + 3))) ? undefined : origin
  }
}

/** @throws AccessDeniedException for a call that another website could have made */
export function requireOwnName(foreignName: string | undefined): void {
  if (foreignName !== undefined)
    throw new AccessDenied(
      `In development, signed calls are answered on loopback names and configured hosts only, not for ${foreignName}.`,
    )
}

function hostnameOf(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':')
  const name = (end > 0 ? host.slice(0, end) : host).toLowerCase()
  return name.endsWith('.') ? name.slice(0, -1) : name
}
