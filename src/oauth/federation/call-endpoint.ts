import type { Context } from '../../context.ts'
import type { OutboundAnswer, OutboundCall } from '../../lib/outbound.ts'
import { FederationError } from '../../pool/federation/federation-error.ts'
import { callProvider } from '../../pool/identity-providers/provider-call.ts'

const timeouts = {
  token: 'Timeout occurred in calling IdP token endpoint',
  keys: 'Timeout in calling jwks uri',
  profile: 'Read timed out',
}

/** A call during a sign-in. Failures are reported in the service's words. @throws FederationError */
export async function callEndpoint(
  ctx: Context,
  provider: { name: string },
  what: keyof typeof timeouts,
  url: string,
  call: OutboundCall,
): Promise<OutboundAnswer> {
  try {
    return await callProvider(ctx, url, call)
  } catch (cause) {
    const { name, code } = cause as { name?: string; code?: string }
    ctx.log.warn({ provider: provider.name, endpoint: what, err: cause }, 'an identity provider could not be called')
    if (name === 'TimeoutError' || name === 'AbortError')
      throw new FederationError(timeouts[what], undefined, { cause })
    if (code === 'ECONNRESET') throw new FederationError('Connection reset', undefined, { cause })
    throw new FederationError(`${provider.name} Error - the provider could not be reached`, undefined, { cause })
  }
}

/** Undefined for anything but a JSON object. */
export function jsonIn({ body }: OutboundAnswer): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString())
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
