/** Where a pool's own pages and OAuth endpoints are, and which domain a host is. */
import { isIP } from 'node:net'
import type { Context } from '../../context.ts'
import type { Pool } from './pool.ts'

type WithDomains = Pick<Pool, 'domains'>

const isCustom = (domain: string) => domain.includes('.')

export const prefixDomain = (pool: WithDomains): string | undefined =>
  pool.domains.find(({ domain }) => !isCustom(domain))?.domain

export const customDomain = (pool: WithDomains): string | undefined =>
  pool.domains.find(({ domain }) => isCustom(domain))?.domain

/** The host without a port: the custom domain if there is one, else the prefix below the installation's suffix. */
export function poolDomainHost(ctx: Context, pool: WithDomains): string | undefined {
  const custom = customDomain(pool)
  if (custom) return custom
  const prefix = prefixDomain(pool)
  return prefix && ctx.config.domainSuffix ? `${prefix}.${ctx.config.domainSuffix}` : undefined
}

/** Without a trailing slash. A custom domain always has https; the others have the scheme of the public URL. */
export function poolDomainUrl(ctx: Context, pool: WithDomains): string | undefined {
  const host = poolDomainHost(ctx, pool)
  if (!host) return undefined
  if (customDomain(pool)) return `https://${host}`
  const { protocol, port } = new URL(ctx.config.publicUrl)
  return `${protocol}//${host}${port && `:${port}`}`
}

/** The base of links in mails: the pool's domain if it has one. Without a trailing slash. */
export const poolPagesUrl = (ctx: Context, pool: Pool): string =>
  poolDomainUrl(ctx, pool) ?? `${ctx.config.publicUrl}/${pool.id}`

/**
 * The base that apps send browsers to: the pool's domain, where everyone can reach it. Dev's own suffix means nothing
 * outside a browser.
 */
export function frontChannelUrl(ctx: Context, pool: Pool): string {
  const domain = customDomain(pool) || ctx.config.domainSuffixConfigured ? poolDomainUrl(ctx, pool) : undefined
  return domain ?? `${ctx.config.publicUrl}/${pool.id}`
}

/** The installation's own hosts, which no pool can have. */
export function ownHosts({ config }: Pick<Context, 'config'>): string[] {
  const urls = [config.publicUrl, config.internalUrl].filter((url) => url !== undefined)
  return [config.domainSuffix, ...urls.map((url) => new URL(url).hostname)]
}

/** The domain of a Host header in the form of the directory; undefined if it can't be a pool's. */
export function domainOfHost(ctx: Pick<Context, 'config'>, header: string): string | undefined {
  const host = header.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
  if (!/^[a-z0-9.-]{1,253}$/.test(host) || !isCustom(host) || isIP(host) || ownHosts(ctx).includes(host)) {
    return undefined
  }
  const suffix = `.${ctx.config.domainSuffix}`
  if (suffix.length === 1 || !host.endsWith(suffix)) return host
  const prefix = host.slice(0, -suffix.length)
  return isCustom(prefix) ? undefined : prefix
}
