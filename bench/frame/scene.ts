import type { CognitoClient } from './http-client.ts'

export interface Scene {
  poolId: string
  clientId: string
  users: { username: string; sub: string }[]
}

export const password = 'Correct-horse-1-battery'

type Settings = Record<string, unknown>

/** A pool, a client and users who may sign in. */
export async function makeScene(
  cognito: CognitoClient,
  { pool = {}, client = {}, users = 16 }: { pool?: Settings; client?: Settings; users?: number } = {},
): Promise<Scene> {
  const { UserPool } = await cognito.call('CreateUserPool', { PoolName: 'bench', ...pool })
  const poolId: string = UserPool.Id
  const { UserPoolClient } = await cognito.call('CreateUserPoolClient', {
    UserPoolId: poolId,
    ClientName: 'bench',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    ...client,
  })
  return {
    poolId,
    clientId: UserPoolClient.ClientId,
    users: await Promise.all(Array.from({ length: users }, (_, number) => makeUser(cognito, poolId, `user-${number}`))),
  }
}

async function makeUser(cognito: CognitoClient, UserPoolId: string, Username: string) {
  const { User } = await cognito.call('AdminCreateUser', {
    UserPoolId,
    Username,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: `${Username}@example.com` },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'name', Value: 'A Person' },
    ],
  })
  await cognito.call('AdminSetUserPassword', { UserPoolId, Username, Password: password, Permanent: true })
  const sub: string = User.Attributes.find((attribute: { Name: string }) => attribute.Name === 'sub').Value
  return { username: Username, sub }
}

export async function signIn(cognito: CognitoClient, clientId: string, username: string) {
  const { AuthenticationResult } = await cognito.call('InitiateAuth', {
    ClientId: clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: password },
  })
  return AuthenticationResult as { AccessToken: string; RefreshToken: string }
}

/** Tokens for all users, with one sign-in each. */
export const signInAll = (cognito: CognitoClient, { clientId, users }: Scene) =>
  Promise.all(users.map(({ username }) => signIn(cognito, clientId, username)))

/** A client with the client credentials grant, and a scope that it may request. */
export async function makeMachineClient(cognito: CognitoClient) {
  const { UserPool } = await cognito.call('CreateUserPool', { PoolName: 'bench' })
  const poolId: string = UserPool.Id
  await cognito.call('CreateResourceServer', {
    UserPoolId: poolId,
    Identifier: 'orders',
    Name: 'orders',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
  })
  const { UserPoolClient } = await cognito.call('CreateUserPoolClient', {
    UserPoolId: poolId,
    ClientName: 'bench',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['orders/read'],
  })
  return { poolId, clientId: UserPoolClient.ClientId as string, secret: UserPoolClient.ClientSecret as string }
}
