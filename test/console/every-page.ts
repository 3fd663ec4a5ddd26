import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { adminOf } from '../administration/scene.ts'
import type { TestServer } from '../support/server.ts'

const pagesFolder = new URL('../../console/pages', import.meta.url).pathname
const Password = 'Correct-horse-1'

/** The path of every page of the console, in an installation that has something to show on each. */
export async function everyPage(server: TestServer): Promise<string[]> {
  const params = await fill(server)
  const patterns = await Array.fromAsync(
    glob('**/*page.ts', { cwd: pagesFolder }),
    (file) => /^ {2}path: '([^']*)'/m.exec(readFileSync(`${pagesFolder}/${file}`, 'utf8'))?.[1],
  )
  return patterns
    .filter((pattern) => pattern !== undefined)
    .map((pattern) => pattern.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name]!)))
    .sort()
}

async function fill(server: TestServer): Promise<Record<string, string>> {
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({
    PoolName: 'shop',
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
    AutoVerifiedAttributes: ['email'],
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
    LambdaConfig: { PostConfirmation: 'arn:aws:lambda:us-east-1:000000000000:function:welcome' },
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: false },
  })
  const UserPoolId = UserPool!.Id!
  const [{ UserPoolClient }] = await Promise.all([
    cognito.createUserPoolClient({
      UserPoolId,
      ClientName: 'web',
      CallbackURLs: ['https://shop.example.com/callback'],
      LogoutURLs: ['https://shop.example.com/'],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      AllowedOAuthFlowsUserPoolClient: true,
      SupportedIdentityProviders: ['COGNITO'],
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
    cognito.createUserPoolDomain({ UserPoolId, Domain: 'shop', ManagedLoginVersion: 2 }),
    cognito.createResourceServer({
      UserPoolId,
      Identifier: 'https://orders.example.com',
      Name: 'Orders',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads orders' }],
    }),
    cognito.createIdentityProvider({
      UserPoolId,
      ProviderName: 'Google',
      ProviderType: 'Google',
      ProviderDetails: { client_id: 'shop', client_secret: 'secret', authorize_scopes: 'openid email' },
      AttributeMapping: { email: 'email' },
    }),
    cognito.createGroup({ UserPoolId, GroupName: 'staff', Description: 'Who works in the shop', Precedence: 1 }),
    adminOf(server).putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk', UserPoolIds: [UserPoolId] }),
  ])
  const ClientId = UserPoolClient!.ClientId!
  for (let n = 1; n <= 30; n++) {
    const email = n === 1 ? 'ann@example.com' : `customer.number.${n}@mail.example.com`
    await cognito.adminCreateUser({
      UserPoolId,
      Username: n === 1 ? 'ann' : `customer-${n}`,
      MessageAction: n === 30 ? undefined : 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'name', Value: `Ann Example the ${n}th` },
        { Name: 'custom:plan', Value: 'gold' },
      ],
    })
  }
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password, Permanent: true })
  await cognito.adminAddUserToGroup({ UserPoolId, Username: 'ann', GroupName: 'staff' })
  await cognito.adminDisableUser({ UserPoolId, Username: 'customer-2' })
  const signIn = (PASSWORD: string) =>
    cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann', PASSWORD },
    })
  await signIn(Password)
  await signIn(Password)
  await signIn('wrong').catch(() => {})
  await adminOf(server).createAccessKey({ RoleName: 'desk', ServiceName: 'ci' })
  return {
    poolId: UserPoolId,
    clientId: ClientId,
    username: 'ann',
    groupName: 'staff',
    providerName: 'Google',
    roleName: 'desk',
  }
}
