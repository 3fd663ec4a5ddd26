import type { DcrConfigurationType, OAuthFlowType } from '@aws-sdk/client-cognito-identity-provider'
import { isOn } from '../../model/extensions.ts'
import type { Pool } from './pool.ts'
import { isStreamScope } from './stream-scopes.ts'

/** A token with this scope may register clients. A client that has registered itself can never get the scope. */
export const registrationScope = 'aws.cognito/dcr/register'

/** What a client that registers itself may have. */
export interface RegistrationRules {
  /** The access of the caller: with a token of the scope, or of anyone. Undefined if these may not register clients. */
  grants: { authenticated?: OAuthFlowType[]; open?: OAuthFlowType[] }
  /** Beside those of OpenID Connect. */
  scopes: string[]
}

/** The pool's custom scopes that self-registered clients may have. */
export function poolScopesOfRegistered({ settings }: Pick<Pool, 'settings'>): string[] {
  const dcr = settings.DcrConfiguration as DcrConfigurationType | undefined
  return (dcr?.AllowedScopes ?? []).filter((scope) => scope !== registrationScope && !isStreamScope(scope))
}

/** Undefined where clients can't register themselves in the pool. */
export function registrationRules({
  settings,
  extensions,
}: Pick<Pool, 'settings' | 'extensions'>): RegistrationRules | undefined {
  const dcr = settings.DcrConfiguration as DcrConfigurationType | undefined
  if (dcr?.EnableStatus !== 'Enabled') return undefined
  const supported = (flows: OAuthFlowType[]) => {
    const known = flows.filter((flow) => flow !== 'implicit' || isOn('ResponseTypes', { extensions }))
    return known.length > 0 ? known : undefined
  }
  return {
    grants: {
      authenticated: supported(dcr.AuthenticatedGrantTypes ?? ['code', 'client_credentials']),
      open: dcr.OpenDcrEnabled ? supported(dcr.OpenDcrGrantTypes ?? ['code']) : undefined,
    },
    scopes: poolScopesOfRegistered({ settings }),
  }
}
