import type { ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { ServiceError } from '../../model/errors.ts'
import type { Reason } from '../../model/reasons.ts'
import { FederationError } from '../../pool/federation/federation-error.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'

/** The error that an app gets for a sign-in that has failed. A defect is logged, and the app learns no details. */
export function errorForApp(
  ctx: Context,
  koa: ParameterizedContext,
  provider: Pick<IdentityProvider, 'name' | 'type'>,
  thrown: unknown,
): { error: string; description: string; reason?: Reason } {
  if (thrown instanceof FederationError) {
    const { error, description, reason } = thrown
    return { error, description, reason }
  }
  if (thrown instanceof ServiceError) {
    const text = thrown.message.trimEnd()
    return provider.type === 'SAML' && thrown.type === 'InvalidParameterException'
      ? { error: 'server_error', description: `Error in SAML response processing: ${text}` }
      : { error: 'invalid_request', description: text, reason: thrown.reason }
  }
  ctx.log.error({ err: thrown, path: koa.path, provider: provider.name }, 'a sign-in with a provider failed')
  return { error: 'server_error', description: `${provider.name} Error - the sign-in could not be finished` }
}
