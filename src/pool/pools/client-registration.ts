import type { DcrConfigurationType, OAuthFlowType } from '@aws-sdk/client-cognito-identity-provider'
import type { Pool } from './pool.ts'

/** What a token must hold so that who has it may register clients. No client that has registered itself ever does. */
export const registrationScope = 'aws.cognito/dcr/register'

/** What a client that registers itself may ask for. */
export interface RegistrationRules {
  /** By who asks: a bearer of the scope, or anybody. Undefined where these may not register at all. */
  grants: { authenticated?: OAuthFlowType[]; open?: OAuthFlowType[] }
  /** Beside those of OpenID Connect. */
  scopes: string[]
}

/** Undefined where the pool lets no client register itself. */
export function registrationRules({ settings }: Pick<Pool, 'settings'>): RegistrationRules | undefined {
  const dcr = settings.DcrConfiguration as DcrConfigurationType | undefined
  if (dcr?.EnableStatus !== 'Enabled') return undefined
  const supported = (flows: OAuthFlowType[]) => {
    const known = flows.filter((flow) => flow !== 'implicit')
    return known.length > 0 ? known : undefined
  }
  return {
    grants: {
      authenticated: supported(dcr.AuthenticatedGrantTypes ?? ['code', 'client_credentials']),
      open: dcr.OpenDcrEnabled ? supported(dcr.OpenDcrGrantTypes ?? ['code']) : undefined,
    },
    scopes: (dcr.AllowedScopes ?? []).filter((scope) => scope !== registrationScope),
  }
}
