import type { Context } from '../../context.ts'
import { poolIssuer } from '../pools/pool.ts'

/** The pool that an issuer names, whether or not it exists; undefined for an issuer that is not of this installation. */
export function poolOfIssuer(ctx: Context, issuer: string): string | undefined {
  const template = ctx.config.issuer.replaceAll('{region}', ctx.config.region)
  const start = template.indexOf('{poolId}')
  const poolId = /^[\w-]{1,45}_[0-9a-zA-Z]{1,20}/.exec(issuer.slice(start))?.[0]
  return poolId && poolIssuer(ctx, poolId) === issuer ? poolId : undefined
}
