import type { Context } from '../../context.ts'
import { callOutbound, type OutboundAnswer, type OutboundCall } from '../../lib/outbound.ts'

const maxAnswerBytes = 1024 * 1024

/** How long a provider may take for one call. */
export const providerPatience = 5000

/** Dev only: the address of a test server that stands in for a provider's host. Addresses of other hosts stay. */
export function actualUrl({ config }: Pick<Context, 'config'>, url: string | URL): URL {
  const actual = new URL(url)
  const stand = config.identityProviderHosts?.[actual.host]
  return stand ? new URL(`${stand}${actual.pathname}${actual.search}`) : actual
}

/**
 * A call to a provider: in production only to public addresses, over TLS and the web's own ports.
 * @throws OutboundRefused, or an error of the network
 */
export function callProvider(ctx: Context, url: string | URL, call: OutboundCall): Promise<OutboundAnswer> {
  return callOutbound(actualUrl(ctx, url), call, {
    maxBytes: maxAnswerBytes,
    allowPrivateAddresses: ctx.config.allowPrivateAddresses,
    signal: AbortSignal.timeout(providerPatience),
  })
}

/** Whether the address is one that providers may be at. */
export function isProviderUrl({ config }: Pick<Context, 'config'>, value: string): boolean {
  if (value.length > 2048 || !URL.canParse(value)) return false
  const { protocol, port, username, password, hash } = new URL(value)
  if (username || password || hash) return false
  if (config.allowPrivateAddresses) return protocol === 'https:' || (protocol === 'http:' && config.mode === 'dev')
  return protocol === 'https:' && (port === '' || port === '80')
}
