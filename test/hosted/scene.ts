import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Config } from '../../src/config.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

export const password = 'Correct-horse-1'

/** A server with a pool, and an app of another origin that its users sign in to. */
export interface HostedScene extends TestServer {
  poolId: string
  clientId: string
  /** Where the app is called back. */
  callback: string
  loginUrl(parameters?: Record<string, string>, page?: string): string
  /** Another client of the pool. */
  addClient(settings: Partial<CreateUserPoolClientCommandInput>): Promise<string>
  addUser(email: string, settings?: { temporary?: boolean }): Promise<void>
}

export async function startScene(
  pool: Partial<CreateUserPoolCommandInput> = {},
  client: Partial<CreateUserPoolClientCommandInput> = {},
  config: Partial<Config> = {},
  options: Parameters<typeof startTestServer>[1] = {},
): Promise<HostedScene> {
  const [server, app] = await Promise.all([startTestServer(config, options), startApp()])
  const { cognito } = server
  const callback = `http://localhost:${(app.address() as AddressInfo).port}/callback`

  const made = await cognito.createUserPool({
    PoolName: 'pages',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    ...pool,
  })
  const poolId = made.UserPool!.Id!
  const addClient = async (settings: Partial<CreateUserPoolClientCommandInput>) => {
    const { UserPoolClient } = await cognito.createUserPoolClient({
      UserPoolId: poolId,
      ClientName: 'app',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [callback],
      LogoutURLs: [callback],
      PreventUserExistenceErrors: 'ENABLED',
      ...settings,
    })
    return UserPoolClient!.ClientId!
  }
  const clientId = await addClient(client)

  return {
    ...server,
    poolId,
    clientId,
    callback,
    addClient,
    loginUrl(parameters = {}, page = 'login') {
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: 'openid email',
        redirect_uri: callback,
        state: 'a-state',
        ...parameters,
      })
      return `${server.url}/${poolId}/${page}?${query}`
    },
    async addUser(email, { temporary = false } = {}) {
      await cognito.adminCreateUser({
        UserPoolId: poolId,
        Username: email,
        MessageAction: 'SUPPRESS',
        TemporaryPassword: password,
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ],
      })
      if (temporary) return
      const given = { UserPoolId: poolId, Username: email, Password: password, Permanent: true }
      await cognito.adminSetUserPassword(given)
    },
    async close() {
      app.closeAllConnections()
      app.close()
      await server.close()
    },
  }
}

/** Shows the address that it was called at. */
async function startApp(): Promise<Server> {
  const app = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain')
    response.end(`signed in: ${request.url}`)
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  return app
}
