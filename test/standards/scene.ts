import type { CreateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider'
import type { Admin, ClientExtensions, PoolStandards } from '../../src/admin/index.ts'
import { adminOf } from '../administration/scene.ts'
import { callback } from '../oauth/setup.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

export const credentials = { username: 'ann', password: 'Correct-horse-1' }

export interface Scene {
  server: TestServer
  admin: Admin
  poolId: string
  /** Issuer and base of its endpoints. */
  base: string
  sub: string
  client(
    settings?: Partial<CreateUserPoolClientRequest>,
    extensions?: ClientExtensions['Standards'],
  ): Promise<{ id: string; secret: string }>
  standards(standards: PoolStandards): Promise<unknown>
}

export const annsAttributes = {
  name: 'Ann Example',
  given_name: 'Ann',
  email: 'ann@example.com',
  email_verified: 'true',
  phone_number: '+15555550100',
  phone_number_verified: 'false',
  address: '1 Main Street',
  'custom:shoe': '38',
}

/** A server with a pool of these standards, and Ann. */
export async function startScene(
  standards: PoolStandards = { Profile: 'standard' },
  options: { jobs?: false } = {},
  config: Parameters<typeof startTestServer>[0] = {},
): Promise<Scene> {
  const server = await startTestServer(config, options)
  const admin = adminOf(server)
  const { UserPool } = await server.cognito.createUserPool({
    PoolName: 'standards',
    Schema: [{ Name: 'shoe', AttributeDataType: 'String' }],
  })
  const UserPoolId = UserPool!.Id!
  const { User } = await server.cognito.adminCreateUser({
    UserPoolId,
    Username: credentials.username,
    MessageAction: 'SUPPRESS',
    UserAttributes: Object.entries(annsAttributes).map(([Name, Value]) => ({ Name, Value })),
  })
  await server.cognito.adminSetUserPassword({
    UserPoolId,
    Username: credentials.username,
    Password: credentials.password,
    Permanent: true,
  })
  await admin.putUserPoolExtensions({ UserPoolId, Extensions: { Standards: standards } })

  return {
    server,
    admin,
    poolId: UserPoolId,
    base: `${server.url}/${UserPoolId}`,
    sub: User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!,
    standards: (changed) => admin.putUserPoolExtensions({ UserPoolId, Extensions: { Standards: changed } }),
    async client(settings = {}, extensions) {
      const { UserPoolClient } = await server.cognito.createUserPoolClient({
        UserPoolId,
        ClientName: 'app',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code', 'implicit'],
        AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'],
        SupportedIdentityProviders: ['COGNITO'],
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        CallbackURLs: [callback],
        LogoutURLs: ['https://app.example.com/bye'],
        ...settings,
      })
      const ClientId = UserPoolClient!.ClientId!
      if (extensions) await admin.putClientExtensions({ UserPoolId, ClientId, Extensions: { Standards: extensions } })
      return { id: ClientId, secret: UserPoolClient!.ClientSecret ?? '' }
    },
  }
}

export const authorizeUrl = ({ base }: Pick<Scene, 'base'>, query: Record<string, string>): string =>
  `${base}/oauth2/authorize?${new URLSearchParams(query)}`
