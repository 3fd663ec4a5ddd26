import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isLoopbackName } from '../lib/loopback.ts'
import { foreignNameFinder } from '../wire/dev-origin.ts'

/**
 * Whether a request for `/_poolhouse` comes from another website: its origin, or undefined for this machine's own pages
 * and programs. Whoever may use these routes can read every code and sign in as any user, so other sites may not,
 * except by a plain link to a page.
 */
export function foreignOrigin(ctx: Context, koa: ParameterizedContext): string | undefined {
  // Built for each request: a server on port 0 learns its public URL only after it has started.
  const foreign = foreignNameFinder(ctx.config)({ host: koa.get('Host'), origin: koa.get('Origin') || undefined })
  if (foreign !== undefined) return foreign
  const crossSite = koa.get('Sec-Fetch-Site') === 'cross-site' && koa.get('Sec-Fetch-Dest') !== 'document'
  return crossSite ? 'other sites' : undefined
}

export function refuse(koa: ParameterizedContext, status: number, message: string): void {
  koa.status = status
  koa.body = { message }
}

const wellKnown = 'local'

/**
 * Whether a request comes from elsewhere than the console of this machine: why not, or undefined for the console. What
 * it asks for gives everything away, so the connection must come from this machine, under a host name that no other
 * site can point here, from a page of this origin.
 */
export function foreignConsole({ credentials }: Context['config'], koa: ParameterizedContext): string | undefined {
  if (!isLoopbackAddress(koa.req.socket.remoteAddress) || !isLoopbackName(koa.hostname)) return 'on this machine alone'
  if (koa.get('Origin') !== `${koa.protocol}://${koa.host}`) return 'for its own page alone'
  // A key pair from the environment is secret, even from other users of this machine.
  return credentials[0]!.secretAccessKey === wellKnown ? undefined : 'as local/local alone'
}

/** Looks at the connection itself, whatever headers a proxy has added. */
const isLoopbackAddress = (address = ''): boolean => /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address)
