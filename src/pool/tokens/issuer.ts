import type { Context } from '../../context.ts'
import { issuerTemplate, issuerTypes, issuerUrl } from '../pools/issuer.ts'

/**
 * The pool that an issuer names, in either form, whether or not it exists: a token stays valid until it expires, also
 * where its pool has changed the form since. Undefined for an issuer of another installation.
 */
export function poolOfIssuer(ctx: Context, issuer: string): string | undefined {
  for (const type of issuerTypes) {
    const start = issuerTemplate(ctx, type).indexOf('{poolId}')
    const poolId = /^[\w-]{1,45}_[0-9a-zA-Z]{1,20}/.exec(issuer.slice(start))?.[0]
    if (poolId && issuerUrl(ctx, poolId, type) === issuer) return poolId
  }
  return undefined
}
