import { makeScene } from './scene.ts'

export const callback = 'https://app.example.com/callback'

/** A pool whose users sign in to an app through the login page, and the path of the app's authorize request. */
export async function makeAuthorizeScene(cognito: Parameters<typeof makeScene>[0]) {
  const scene = await makeScene(cognito, {
    client: {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [callback],
    },
  })
  const { poolId, clientId } = scene
  const query = new URLSearchParams({ client_id: clientId, response_type: 'code', scope: 'openid email', state: 'x' })
  return { ...scene, authorize: `/${poolId}/oauth2/authorize?${query}&redirect_uri=${encodeURIComponent(callback)}` }
}
