import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
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
