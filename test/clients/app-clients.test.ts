import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CognitoIdentityProvider, CreateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createPool } from './create-pool.ts'

let server: TestServer
let cognito: CognitoIdentityProvider
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server)
})
after(() => server.close())

type Given = Omit<CreateUserPoolClientRequest, 'UserPoolId' | 'ClientName'>

async function createClient(given: Given = {}, pool = UserPoolId) {
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId: pool, ClientName: 'web', ...given })
  return UserPoolClient!
}

const invalid = (message: string) => ({ name: 'InvalidParameterException', message })

test('a client with only a name shows exactly the defaults that have a value', async () => {
  const { ClientId, CreationDate, LastModifiedDate, ...rest } = await createClient()

  assert.match(ClientId!, /^[0-9a-v]{25,26}$/)
  assert.ok(CreationDate instanceof Date)
  assert.deepEqual(LastModifiedDate, CreationDate)
  assert.deepEqual(rest, {
    UserPoolId,
    ClientName: 'web',
    RefreshTokenValidity: 30,
    TokenValidityUnits: {},
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
  })
})

test('a new client is returned as it was created, and described the same', async () => {
  const given = {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AccessTokenValidity: 20,
    IdTokenValidity: 30,
    RefreshTokenValidity: 5,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
    ReadAttributes: ['email', 'email_verified', 'custom:tier'],
    WriteAttributes: ['email', 'oidc:profile'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: ['https://app.example.com/callback', 'http://localhost:3000/callback', 'myapp://example'],
    LogoutURLs: ['https://app.example.com/bye'],
    DefaultRedirectURI: 'https://app.example.com/callback',
    AllowedOAuthFlows: ['code', 'implicit'],
    AllowedOAuthScopes: ['openid', 'email'],
    AllowedOAuthFlowsUserPoolClient: true,
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: false,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 15,
  } satisfies Given
  const created = await createClient(given)
  for (const [member, value] of Object.entries(given))
    assert.deepEqual(created[member as keyof typeof created], value, member)

  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId: created.ClientId })
  assert.deepEqual(UserPoolClient, { ...created, ClientType: 'REGULAR' })
})

test('analytics by an ARN use the service-linked role, and share no user data unless set', async () => {
  const ApplicationArn = 'arn:aws:mobiletargeting:us-east-1:123456789012:apps/abc'
  const create = async (AnalyticsConfiguration: CreateUserPoolClientRequest['AnalyticsConfiguration']) => {
    const { UserPoolClient } = await cognito.createUserPoolClient({
      UserPoolId,
      ClientName: 'a',
      AnalyticsConfiguration,
    })
    const { ClientId } = UserPoolClient!
    const described = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
    assert.deepEqual(described.UserPoolClient!.AnalyticsConfiguration, UserPoolClient!.AnalyticsConfiguration)
    const updated = await cognito.updateUserPoolClient({
      UserPoolId,
      ClientId,
      AnalyticsConfiguration: { ...AnalyticsConfiguration, UserDataShared: true },
    })
    assert.equal(updated.UserPoolClient!.AnalyticsConfiguration!.UserDataShared, true)
    return UserPoolClient!.AnalyticsConfiguration
  }
  assert.deepEqual(await create({ ApplicationArn }), {
    ApplicationArn,
    RoleArn:
      'arn:aws:iam::000000000000:role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp',
    UserDataShared: false,
  })
  const byId = { ApplicationId: 'abc', RoleArn: 'arn:aws:iam::000000000000:role/own', ExternalId: 'x' }
  assert.deepEqual(await create(byId), { ...byId, UserDataShared: false })
})

test('one unit of validity brings the others along, and no refresh validity becomes 30 days', async () => {
  const given = { AccessTokenValidity: 10, RefreshTokenValidity: 0, TokenValidityUnits: { AccessToken: 'minutes' } }
  const client = await createClient(given as Given)
  assert.deepEqual(client.TokenValidityUnits, { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'days' })
  assert.equal(client.RefreshTokenValidity, 30)
  assert.equal(client.IdTokenValidity, undefined)
})

test('a generated secret is shown with the client; a client without one shows none', async () => {
  const { ClientSecret, ClientId } = await createClient({ GenerateSecret: true })
  assert.match(ClientSecret!, /^[0-9a-v]{51,52}$/)
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal(UserPoolClient!.ClientSecret, ClientSecret)
  assert.equal('ClientSecret' in (await createClient()), false)
})

test('a generated secret and one of the caller exclude each other', async () => {
  await assert.rejects(createClient({ GenerateSecret: true, ClientSecret: 'a'.repeat(30) }), {
    name: 'InvalidParameterException',
  })
})

const withOAuth: Given = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  CallbackURLs: ['https://app.example.com/'],
}
const machine: Given = {
  GenerateSecret: true,
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['client_credentials'],
}

const refusals: [what: string, given: Given, name: string, message: string][] = [
  [
    'old and new names of flows together',
    { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ADMIN_NO_SRP_AUTH'] },
    'InvalidParameterException',
    "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
  ],
  [
    'rotation of refresh tokens with REFRESH_TOKEN_AUTH',
    { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'], RefreshTokenRotation: { Feature: 'ENABLED' } },
    'InvalidParameterException',
    'ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled',
  ],
  [
    'the flow of machines beside another',
    { GenerateSecret: true, ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never, 'ALLOW_USER_SRP_AUTH'] },
    'InvalidParameterException',
    'ALLOW_CLIENT_TOKEN_AUTH can not be selected along with other auth flows.',
  ],
  [
    'the flow of machines without a secret',
    { ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never] },
    'InvalidParameterException',
    'ALLOW_CLIENT_TOKEN_AUTH can not be selected if client does not have a client secret.',
  ],
  [
    'access tokens of two days',
    { AccessTokenValidity: 48 },
    'InvalidParameterException',
    'Invalid range for token validity.',
  ],
  [
    'access tokens of four minutes',
    { AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: 'minutes' } },
    'InvalidParameterException',
    'Invalid range for token validity.',
  ],
  [
    'id tokens of four minutes',
    { IdTokenValidity: 299, TokenValidityUnits: { IdToken: 'seconds' } },
    'InvalidParameterException',
    'Invalid range for token validity.',
  ],
  [
    'refresh tokens of less than an hour',
    { RefreshTokenValidity: 59, TokenValidityUnits: { RefreshToken: 'minutes' } },
    'InvalidParameterException',
    'Invalid range for token validity.',
  ],
  [
    'refresh tokens of more than ten years',
    { RefreshTokenValidity: 3651 },
    'InvalidParameterException',
    'Invalid range for token validity.',
  ],
  [
    'access tokens that outlive the refresh token',
    { AccessTokenValidity: 5, RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: 'hours' } },
    'InvalidParameterException',
    'Access and Id Token expiration times must be less than or equal to refresh token expiration times.',
  ],
  [
    'reading an attribute that the pool does not have',
    { ReadAttributes: ['email', 'custom:other'] },
    'InvalidParameterException',
    'Invalid read attributes specified while creating a client',
  ],
  [
    'writing an attribute that the pool does not have',
    { WriteAttributes: ['custom:other'] },
    'InvalidParameterException',
    'Invalid write attributes specified while creating a client',
  ],
  ...['sub', 'email_verified', 'phone_number_verified'].map((name): [string, Given, string, string] => [
    `writing ${name}`,
    { WriteAttributes: ['email', name] },
    'InvalidParameterException',
    'Invalid write attributes specified while creating a client',
  ]),
  [
    'OAuth without scopes',
    { ...withOAuth, AllowedOAuthScopes: [] },
    'InvalidParameterException',
    'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
  ],
  [
    'OAuth without flows',
    { ...withOAuth, AllowedOAuthFlows: undefined },
    'InvalidParameterException',
    'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
  ],
  [
    'a code flow with nowhere to go',
    { ...withOAuth, CallbackURLs: undefined },
    'InvalidOAuthFlowException',
    'CallbackUrls can not be empty when code flow or implicit flow is selected',
  ],
  [
    'client credentials beside the code flow',
    { ...withOAuth, GenerateSecret: true, AllowedOAuthFlows: ['client_credentials', 'code'] },
    'InvalidOAuthFlowException',
    'client_credentials flow can not be selected along with code flow or implicit flow',
  ],
  [
    'client credentials without a secret',
    { ...machine, GenerateSecret: false, AllowedOAuthScopes: ['api/read'] },
    'InvalidOAuthFlowException',
    'client_credentials flow can not be selected if client does not have a client secret.',
  ],
  [
    'client credentials with a scope of users',
    { ...machine, AllowedOAuthScopes: ['openid'] },
    'InvalidOAuthFlowException',
    'openid is not supported with client_credentials flow',
  ],
  [
    'a scope that nobody defines',
    { ...withOAuth, AllowedOAuthScopes: ['openid', 'api/unknown'] },
    'ScopeDoesNotExistException',
    'Invalid scope requested: api/unknown',
  ],
  [
    'plain http to another machine',
    { CallbackURLs: ['http://app.example.com/'] },
    'InvalidParameterException',
    'http://app.example.com/ cannot use the HTTP protocol.',
  ],
  [
    'plain http to a name that only begins like localhost',
    { LogoutURLs: ['http://localhost.example.com/'] },
    'InvalidParameterException',
    'http://localhost.example.com/ cannot use the HTTP protocol.',
  ],
  [
    'plain http to somebody named localhost elsewhere',
    { CallbackURLs: ['http://localhost@example.com/'] },
    'InvalidParameterException',
    'http://localhost@example.com/ cannot use the HTTP protocol.',
  ],
  [
    'a fragment',
    { CallbackURLs: ['https://app.example.com/#home'] },
    'InvalidParameterException',
    'https://app.example.com/#home cannot use fragment',
  ],
  [
    'a relative address',
    { CallbackURLs: ['/callback'] },
    'InvalidParameterException',
    '/callback is not a valid redirect URI.',
  ],
  [
    'an address that a browser would run',
    { LogoutURLs: ['javascript:alert(1)'] },
    'InvalidParameterException',
    'javascript:alert(1) is not a valid redirect URI.',
  ],
  [
    'a default redirect that is no callback',
    { CallbackURLs: ['https://app.example.com/'], DefaultRedirectURI: 'https://app.example.com/other' },
    'InvalidParameterException',
    'The default redirect URI https://app.example.com/other is not in the callback URIs list.',
  ],
  [
    'analytics of neither form',
    { AnalyticsConfiguration: { ApplicationId: 'abc' } },
    'InvalidParameterException',
    'Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid',
  ],
  [
    'propagated context without a secret',
    { EnablePropagateAdditionalUserContextData: true },
    'InvalidParameterException',
    'Client Secret is required to set EnablePropagateAdditionalUserContextData as true',
  ],
]

for (const [what, given, name, message] of refusals) {
  test(`refused: ${what}`, () => assert.rejects(createClient(given), { name, message }))
}

test('a provider that the pool does not have is refused by name', async () => {
  await assert.rejects(
    createClient({ SupportedIdentityProviders: ['COGNITO', 'Okta'] }),
    invalid(`The provider Okta does not exist for User Pool ${UserPoolId}.`),
  )
})

test('a list of writable attributes must hold the required ones', async () => {
  const pool = await createPool(server, { required: ['email'] })
  const given = { WriteAttributes: ['name'] }
  await assert.rejects(createClient(given, pool), invalid('Invalid write attributes specified while creating a client'))
  const { ClientId } = await createClient({ WriteAttributes: ['name', 'email'] }, pool)
  await assert.rejects(
    cognito.updateUserPoolClient({ UserPoolId: pool, ClientId, ...given }),
    invalid('Invalid write attributes specified while updating a client'),
  )
})

test('plain http is fine to the machine itself, by any of its names and ports', async () => {
  const CallbackURLs = ['http://localhost', 'http://localhost:8080/a?b=c', 'http://127.0.0.1:3000', 'http://[::1]:99/']
  assert.deepEqual((await createClient({ CallbackURLs })).CallbackURLs, CallbackURLs)
})

test('a client of client credentials takes the scopes of a resource server', async () => {
  const Scopes = [{ ScopeName: 'read', ScopeDescription: 'reads' }]
  await cognito.createResourceServer({ UserPoolId, Identifier: 'https://api.example.com', Name: 'API', Scopes })
  const client = await createClient({ ...machine, AllowedOAuthScopes: ['https://api.example.com/read'] })
  assert.deepEqual(client.AllowedOAuthScopes, ['https://api.example.com/read'])
})

test('a scope of another pool does not exist here', async () => {
  const other = await createPool(server)
  const Scopes = [{ ScopeName: 'read', ScopeDescription: 'reads' }]
  await cognito.createResourceServer({ UserPoolId: other, Identifier: 'elsewhere', Name: 'API', Scopes })
  await assert.rejects(createClient({ ...machine, AllowedOAuthScopes: ['elsewhere/read'] }), {
    name: 'ScopeDoesNotExistException',
  })
})

test('an update puts what it leaves out back to the default, but for name, secret and rotation', async () => {
  const { ClientId, ClientSecret, CreationDate } = await createClient({
    GenerateSecret: true,
    ...withOAuth,
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    AccessTokenValidity: 2,
    EnableTokenRevocation: false,
    PreventUserExistenceErrors: 'ENABLED',
    AuthSessionValidity: 10,
    ReadAttributes: ['email'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 },
  })
  server.clock.advance({ seconds: 5 })
  const { UserPoolClient } = await cognito.updateUserPoolClient({ UserPoolId, ClientId, RefreshTokenValidity: 7 })

  const { LastModifiedDate, ...rest } = UserPoolClient!
  assert.ok(LastModifiedDate!.getTime() >= CreationDate!.getTime() + 5000)
  assert.deepEqual(rest, {
    UserPoolId,
    ClientId,
    ClientName: 'web',
    ClientSecret,
    CreationDate,
    RefreshTokenValidity: 7,
    TokenValidityUnits: {},
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 },
  })
  const described = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.deepEqual(described.UserPoolClient, { ...UserPoolClient, ClientType: 'REGULAR' })
})

test('rotation that stays refuses REFRESH_TOKEN_AUTH until it is switched off', async () => {
  const { ClientId } = await createClient({ RefreshTokenRotation: { Feature: 'ENABLED' } })
  const update: Given = { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] }
  await assert.rejects(cognito.updateUserPoolClient({ UserPoolId, ClientId, ...update }), {
    name: 'InvalidParameterException',
  })
  const off = { RefreshTokenRotation: { Feature: 'DISABLED' as const } }
  const { UserPoolClient } = await cognito.updateUserPoolClient({ UserPoolId, ClientId, ...update, ...off })
  assert.deepEqual(UserPoolClient!.RefreshTokenRotation, { Feature: 'DISABLED', RetryGracePeriodSeconds: 0 })
})

test('a refused update leaves the client as it was', async () => {
  const { ClientId } = await createClient({ AccessTokenValidity: 2 })
  await assert.rejects(cognito.updateUserPoolClient({ UserPoolId, ClientId, AccessTokenValidity: 200 }))
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal(UserPoolClient!.AccessTokenValidity, 2)
})

test('a deleted client is gone, to every operation', async () => {
  const { ClientId } = await createClient()
  await cognito.deleteUserPoolClient({ UserPoolId, ClientId })
  const gone = { name: 'ResourceNotFoundException', message: `User pool client ${ClientId} does not exist.` }
  await assert.rejects(cognito.describeUserPoolClient({ UserPoolId, ClientId }), gone)
  await assert.rejects(cognito.updateUserPoolClient({ UserPoolId, ClientId }), gone)
  await assert.rejects(cognito.deleteUserPoolClient({ UserPoolId, ClientId }), gone)
})

test('a client is unknown through another pool, and stays untouched', async () => {
  const other = await createPool(server)
  const { ClientId } = await createClient()
  const gone = { name: 'ResourceNotFoundException', message: `User pool client ${ClientId} does not exist.` }
  await assert.rejects(cognito.describeUserPoolClient({ UserPoolId: other, ClientId }), gone)
  await assert.rejects(cognito.updateUserPoolClient({ UserPoolId: other, ClientId, ClientName: 'mine' }), gone)
  await assert.rejects(cognito.deleteUserPoolClient({ UserPoolId: other, ClientId }), gone)
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.equal(UserPoolClient!.ClientName, 'web')
})

test('a client of an unknown pool is refused by the name of the pool', async () => {
  await assert.rejects(createClient({}, 'us-east-1_nowhere00'), {
    name: 'ResourceNotFoundException',
    message: 'User pool us-east-1_nowhere00 does not exist.',
  })
})

test('where there is neither pool nor client, every operation names the pool', async () => {
  const of = { UserPoolId: 'us-east-1_nowhere00', ClientId: '1234567890abcdefghijklmnop' }
  const SSOSession = { MaxValidityMinutes: 5 }
  const terms = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE' } as const
  const Links = { 'cognito:default': 'https://example.com/terms' }
  const calls = {
    AddUserPoolClientSecret: () => cognito.addUserPoolClientSecret(of),
    AdminInitiateAuth: () => cognito.adminInitiateAuth({ ...of, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }),
    AdminRespondToAuthChallenge: () => cognito.adminRespondToAuthChallenge({ ...of, ChallengeName: 'SMS_MFA' }),
    CreateManagedLoginBranding: () => cognito.createManagedLoginBranding({ ...of, UseCognitoProvidedValues: true }),
    CreateTerms: () => cognito.createTerms({ ...of, ...terms, Links }),
    DeleteUserPoolClient: () => cognito.deleteUserPoolClient(of),
    DescribeManagedLoginBrandingByClient: () => cognito.describeManagedLoginBrandingByClient(of),
    DescribeRiskConfiguration: () => cognito.describeRiskConfiguration(of),
    DescribeTermsByClient: () => cognito.describeTermsByClient({ ...of, TermsName: 'terms-of-use' }),
    DescribeUserPoolClient: () => cognito.describeUserPoolClient(of),
    GetUICustomization: () => cognito.getUICustomization(of),
    GetUserPoolClientSessionConfiguration: () => cognito.getUserPoolClientSessionConfiguration(of),
    ListUserPoolClientSecrets: () => cognito.listUserPoolClientSecrets(of),
    SetRiskConfiguration: () => cognito.setRiskConfiguration(of),
    SetUICustomization: () => cognito.setUICustomization(of),
    SetUserPoolClientSessionConfiguration: () => cognito.setUserPoolClientSessionConfiguration({ ...of, SSOSession }),
    UpdateUserPoolClient: () => cognito.updateUserPoolClient(of),
  }
  const pool = { name: 'ResourceNotFoundException', message: `User pool ${of.UserPoolId} does not exist.` }
  for (const [operation, call] of Object.entries(calls)) await assert.rejects(call, pool, operation)
})

test('pages of clients hold each of them once, though others come and go in between', async () => {
  const pool = await createPool(server)
  const created = await Promise.all(Array.from({ length: 5 }, () => createClient({}, pool)))
  const listed: string[] = []
  let NextToken: string | undefined
  do {
    const page = await cognito.listUserPoolClients({ UserPoolId: pool, MaxResults: 2, NextToken })
    assert.ok(page.UserPoolClients!.length <= 2)
    for (const client of page.UserPoolClients!) {
      assert.deepEqual(Object.keys(client).sort(), ['ClientId', 'ClientName', 'UserPoolId'])
      listed.push(client.ClientId!)
    }
    NextToken = page.NextToken
    const passing = await createClient({}, pool)
    await cognito.deleteUserPoolClient({ UserPoolId: pool, ClientId: passing.ClientId })
  } while (NextToken)
  assert.deepEqual(listed.sort(), created.map(({ ClientId }) => ClientId).sort())
})

test('a page token is of no use in another pool', async () => {
  const pool = await createPool(server)
  await Promise.all([createClient({}, pool), createClient({}, pool)])
  const { NextToken } = await cognito.listUserPoolClients({ UserPoolId: pool, MaxResults: 1 })
  await assert.rejects(cognito.listUserPoolClients({ UserPoolId, MaxResults: 1, NextToken }), {
    name: 'InvalidParameterException',
    message: 'Invalid pagination token.',
  })
})

test('no client is of the type that registers itself', async () => {
  assert.deepEqual((await cognito.listUserPoolClients({ UserPoolId, ClientType: 'DCR' })).UserPoolClients, [])
})
