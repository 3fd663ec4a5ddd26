import { InvalidOAuthFlow, InvalidParameter, ScopeDoesNotExist } from '../../model/errors.ts'
import type { ClientSettings } from '../../model/settings.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import { beginsSignIns } from '../identity-providers/provider-details.ts'
import type { Pool } from '../pools/pool.ts'
import { standardScopes } from '../resource-servers/scopes.ts'
import { expandProfile, requiredAttributes, tokenLifetimes, unwritable } from './client-rules.ts'
import { checkRedirectUri } from './redirect-uri.ts'

export interface Surroundings {
  pool: Pool
  /** `{identifier}/{scope}` of the pool's resource servers. */
  customScopes: string[]
  /** The pool's identity providers. */
  providers: Pick<IdentityProvider, 'name' | 'type' | 'details'>[]
  hasSecret: boolean
  verb: 'creating' | 'updating'
}

/**
 * Checks of a client's settings that the model can't express. @throws InvalidParameterException,
 * InvalidOAuthFlowException, ScopeDoesNotExistException
 */
export function checkSettings(settings: ClientSettings, around: Surroundings): void {
  checkAuthFlows(settings, around)
  checkTokenValidity(settings)
  checkAttributes(settings, around)
  checkProviders(settings, around)
  checkRedirectUris(settings)
  checkOAuthFlows(settings, around)
  checkScopes(settings, around)
  checkAnalytics(settings)
  if (settings.EnablePropagateAdditionalUserContextData && !around.hasSecret)
    throw new InvalidParameter('Client Secret is required to set EnablePropagateAdditionalUserContextData as true')
}

function checkAuthFlows(settings: ClientSettings, { hasSecret }: Surroundings): void {
  const flows: string[] = settings.ExplicitAuthFlows ?? []
  const modern = flows.filter((flow) => flow.startsWith('ALLOW_'))
  if (modern.length > 0 && modern.length < flows.length) {
    throw new InvalidParameter("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")
  }
  if (settings.RefreshTokenRotation?.Feature === 'ENABLED' && flows.includes('ALLOW_REFRESH_TOKEN_AUTH')) {
    throw new InvalidParameter(
      'ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled',
    )
  }
  if (!flows.includes('ALLOW_CLIENT_TOKEN_AUTH')) return
  if (new Set(flows).size > 1)
    throw new InvalidParameter('ALLOW_CLIENT_TOKEN_AUTH can not be selected along with other auth flows.')
  if (!hasSecret)
    throw new InvalidParameter('ALLOW_CLIENT_TOKEN_AUTH can not be selected if client does not have a client secret.')
}

function checkTokenValidity(settings: ClientSettings): void {
  const { access, id, refresh } = tokenLifetimes({ settings })
  const shortest = Math.min(access, id)
  const longest = Math.max(access, id)
  const inRange = shortest >= 300 && longest <= 86_400 && refresh >= 3600 && refresh <= 315_360_000
  if (!inRange) throw new InvalidParameter('Invalid range for token validity.')
  if (refresh < longest)
    throw new InvalidParameter(
      'Access and Id Token expiration times must be less than or equal to refresh token expiration times.',
    )
}

function checkAttributes(settings: ClientSettings, { pool, verb }: Surroundings): void {
  const known = new Set(pool.settings.SchemaAttributes.map(({ Name }) => Name!))
  const isKnown = (name: string): boolean => known.has(name) && !name.startsWith('dev:')

  const readable = expandProfile(settings.ReadAttributes ?? [])
  if (!readable.every((name) => isKnown(name) || name === 'identities'))
    throw new InvalidParameter(`Invalid read attributes specified while ${verb} a client`)

  if (!settings.WriteAttributes) return
  const writable = expandProfile(settings.WriteAttributes)
  const allowed = writable.every((name) => isKnown(name) && !unwritable.has(name))
  if (!allowed || !requiredAttributes(pool).every((name) => writable.includes(name)))
    throw new InvalidParameter(`Invalid write attributes specified while ${verb} a client`)
}

function checkProviders(settings: ClientSettings, { pool, providers }: Surroundings): void {
  const names = settings.SupportedIdentityProviders ?? []
  const supported = names.map((name) => providers.find((provider) => provider.name === name))
  const unknown = names.find((name, index) => name !== 'COGNITO' && !supported[index])
  if (unknown !== undefined)
    throw new InvalidParameter(`The provider ${unknown} does not exist for User Pool ${pool.id}.`)
  const unasked = supported.find((provider) => provider && beginsSignIns(provider))
  if (unasked && !supported.every((provider) => provider?.type === 'SAML'))
    throw new InvalidParameter(
      `The provider ${unasked.name} allows IdP-initiated sign-in (IDPInit), so that a client can support it along with SAML providers alone.`,
    )
}

function checkRedirectUris({ CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI }: ClientSettings): void {
  for (const uri of [...CallbackURLs, ...LogoutURLs]) checkRedirectUri(uri)
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI))
    throw new InvalidParameter(`The default redirect URI ${DefaultRedirectURI} is not in the callback URIs list.`)
}

function checkOAuthFlows(settings: ClientSettings, { hasSecret }: Surroundings): void {
  const flows = settings.AllowedOAuthFlows ?? []
  const scopes = settings.AllowedOAuthScopes ?? []
  const redirects = flows.includes('code') || flows.includes('implicit')
  if (settings.AllowedOAuthFlowsUserPoolClient) {
    if (flows.length === 0 || scopes.length === 0) {
      throw new InvalidParameter(
        'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
      )
    }
    if (redirects && !settings.CallbackURLs?.length)
      throw new InvalidOAuthFlow('CallbackUrls can not be empty when code flow or implicit flow is selected')
  }

  if (!flows.includes('client_credentials')) return
  if (redirects)
    throw new InvalidOAuthFlow('client_credentials flow can not be selected along with code flow or implicit flow')
  if (!hasSecret) {
    throw new InvalidOAuthFlow('client_credentials flow can not be selected if client does not have a client secret.')
  }
  const forUsers = scopes.find((scope) => standardScopes.includes(scope))
  if (forUsers) throw new InvalidOAuthFlow(`${forUsers} is not supported with client_credentials flow`)
}

function checkScopes(settings: ClientSettings, { customScopes }: Surroundings): void {
  const known = new Set([...standardScopes, ...customScopes])
  const unknown = settings.AllowedOAuthScopes?.find((scope) => !known.has(scope))
  if (unknown !== undefined) throw new ScopeDoesNotExist(`Invalid scope requested: ${unknown}`)
}

function checkAnalytics({ AnalyticsConfiguration: analytics }: ClientSettings): void {
  if (!analytics) return
  const { ApplicationArn, ApplicationId, RoleArn, ExternalId } = analytics
  const byId = ApplicationId && RoleArn && ExternalId && !ApplicationArn
  const byArn = ApplicationArn && !ApplicationId && !ExternalId
  if (!byId && !byArn) {
    throw new InvalidParameter(
      'Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid',
    )
  }
}
