/** The relying party of a pool's passkeys, and the pages that may use them. */
import { isIP } from 'node:net'
import type { Context } from '../../context.ts'
import { InvalidParameter, WebAuthnConfigurationMissing } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { customDomain, poolDomainHost } from '../pools/pool-domain.ts'

/**
 * The configured domain, else the pool's domain, else the installation's host, which has the pages of every pool.
 * Undefined if that host is an IP address, which can't be a relying party, or if the installation is strict.
 */
export function findRelyingPartyId(ctx: Context, pool: Pool): string | undefined {
  const { config } = ctx
  const configured = pool.settings.WebAuthnConfiguration?.RelyingPartyId
  if (configured) return configured.toLowerCase()
  // Applications are never sent to pages below the suffix of development.
  if (customDomain(pool) || config.domainSuffixConfigured) {
    const host = poolDomainHost(ctx, pool)
    if (host) return host.replace(/:\d+$/, '')
  }
  const host = new URL(config.publicUrl).hostname
  return config.strict || isIP(host.replace(/^\[|\]$/g, '')) ? undefined : host
}

/** @throws WebAuthnConfigurationMissingException */
export function requireRelyingPartyId(ctx: Context, pool: Pool): string {
  const id = findRelyingPartyId(ctx, pool)
  if (!id) throw new WebAuthnConfigurationMissing()
  return id
}

/** Whether a page of this origin may use the relying party's passkeys: over https, at its domain or below, at any port. */
export function fitsRelyingParty(rpId: string, origin: string): boolean {
  const url = URL.parse(origin)
  if (!url || url.origin !== origin) return false
  const { protocol, hostname } = url
  if (hostname !== rpId && !hostname.endsWith(`.${rpId}`)) return false
  return protocol === 'https:' || (protocol === 'http:' && isLocal(hostname))
}

/** As `fitsRelyingParty`, or an Android app that the installation names. */
export const isAllowedOrigin = ({ config }: Context, rpId: string, origin: string): boolean =>
  fitsRelyingParty(rpId, origin) || config.androidOrigins.includes(origin)

const isLocal = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost')

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
// A label may be a number, except at the end of an IP address.
const domain = new RegExp(`^(${label}|(${label}\\.)+(?=[a-z])${label})$`)

/**
 * Requires a domain that can be registered, unlike a public suffix such as `co.uk` or `github.io`. @throws
 * InvalidParameterException
 */
export async function checkRelyingPartyId(input: string | undefined): Promise<void> {
  if (input === undefined) return
  const id = input.toLowerCase()
  if (!domain.test(id))
    throw new InvalidParameter('RelyingPartyId must be a domain name, without scheme, port or path.')
  const { parse } = await import('tldts')
  const { publicSuffix, isIcann, isPrivate } = parse(id, { allowPrivateDomains: true })
  if (publicSuffix === id && (isIcann || isPrivate))
    throw new InvalidParameter('RelyingPartyId must not be a public suffix, under which anybody can have a domain.')
}
