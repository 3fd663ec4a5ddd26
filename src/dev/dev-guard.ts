import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { foreignNameFinder } from '../wire/dev-origin.ts'

/**
 * Who asks `/_poolhouse`: the name of another website, or undefined for this machine's own pages and programs. Anyone who
 * may ask may read every code and be anyone, so other sites may not, and a link to a page is all they may follow.
 */
export function foreignAsker(ctx: Context, koa: ParameterizedContext): string | undefined {
  // Built for each request: a server on port 0 learns its public URL after it has started.
  const foreign = foreignNameFinder(ctx.config)({ host: koa.get('Host'), origin: koa.get('Origin') || undefined })
  if (foreign !== undefined) return foreign
  const crossSite = koa.get('Sec-Fetch-Site') === 'cross-site' && koa.get('Sec-Fetch-Dest') !== 'document'
  return crossSite ? 'other sites' : undefined
}

export function refuse(koa: ParameterizedContext, status: number, message: string): void {
  koa.status = status
  koa.body = { message }
}
