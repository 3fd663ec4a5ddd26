import assert from 'node:assert/strict'
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider'
import type { Config } from '../../src/config.ts'
import { type Browser, createBrowser } from '../oauth/browser.ts'
import { askToken, claimsOf } from '../oauth/setup.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

export const callback = 'https://app.example.com/callback'

export interface Scene extends TestServer {
  poolId: string
  /** The pool's addresses. */
  site: string
  /** A client of the providers. */
  client(providers: string[], settings?: Record<string, unknown>): Promise<string>
  authorizeUrl(clientId: string, parameters?: Record<string, string>): string
  /** From the app's request by way of the provider to the app again, where it answers what that is told. */
  visit(browser: Browser, clientId: string, parameters?: Record<string, string>): Promise<URLSearchParams>
  /** The same, and the tokens that come of it. */
  signIn(clientId: string, parameters?: Record<string, string>, browser?: Browser): Promise<SignedIn>
  attributes(username: string): Promise<Record<string, string>>
}

export interface SignedIn {
  id: Record<string, unknown>
  access: Record<string, unknown>
}

export async function startScene(
  pool: Partial<CreateUserPoolCommandInput> = {},
  config: Partial<Config> = {},
): Promise<Scene> {
  const server = await startTestServer(config)
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({ PoolName: 'federated', ...pool })
  const poolId = UserPool!.Id!
  const site = `${server.url}/${poolId}`
  const scene: Scene = {
    ...server,
    poolId,
    site,
    async client(providers, settings = {}) {
      const { UserPoolClient } = await cognito.createUserPoolClient({
        UserPoolId: poolId,
        ClientName: 'app',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', 'email', 'profile'],
        SupportedIdentityProviders: providers,
        CallbackURLs: [callback],
        LogoutURLs: ['https://app.example.com/bye'],
        ...settings,
      })
      return UserPoolClient!.ClientId!
    },
    authorizeUrl(clientId, parameters = {}) {
      const query = { client_id: clientId, redirect_uri: callback, response_type: 'code', state: 's', ...parameters }
      return `${site}/oauth2/authorize?${new URLSearchParams(query)}`
    },
    async visit(browser, clientId, parameters) {
      const end = await browser.follow(scene.authorizeUrl(clientId, parameters), (url) => url.href.startsWith(callback))
      assert.equal(end.searchParams.get('state'), 's')
      return end.searchParams
    },
    async signIn(clientId, parameters = {}, browser = createBrowser()) {
      const answer = await scene.visit(browser, clientId, parameters)
      const code = answer.get('code')
      assert.ok(code, `The app was told ${answer}`)
      const { status, body } = await askToken(site, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: callback,
        client_id: clientId,
      })
      assert.equal(status, 200)
      return { id: claimsOf(body.id_token!), access: claimsOf(body.access_token) }
    },
    async attributes(Username) {
      const { UserAttributes } = await cognito.adminGetUser({ UserPoolId: poolId, Username })
      return Object.fromEntries(UserAttributes!.map(({ Name, Value }) => [Name!, Value!]))
    },
  }
  return scene
}

export { type Browser, createBrowser }
