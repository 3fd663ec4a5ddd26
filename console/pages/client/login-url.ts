import type { ClientType } from '../../api/merge.ts'
import { settings } from '../../settings.ts'

/** The app's login page, where it has one: it leads on to the app's first callback. */
export function loginUrl(client: ClientType): string | undefined {
  const { AllowedOAuthFlows = [], CallbackURLs = [], AllowedOAuthScopes = [] } = client
  const responseType = AllowedOAuthFlows.includes('code')
    ? 'code'
    : AllowedOAuthFlows.includes('implicit')
      ? 'token'
      : ''
  const [callback] = CallbackURLs
  if (responseType === '' || callback === undefined) return undefined
  const query = new URLSearchParams({
    client_id: client.ClientId!,
    response_type: responseType,
    scope: AllowedOAuthScopes.join(' '),
    redirect_uri: client.DefaultRedirectURI ?? callback,
  })
  return `${settings.publicUrl}/${client.UserPoolId}/login?${query}`
}
