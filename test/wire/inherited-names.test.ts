import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'

// What every object of the program has, though nobody put it there.
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']

let server: TestServer
let UserPoolId: string
let ClientId: string

before(async () => {
  server = await startTestServer()
  UserPoolId = (await server.cognito.createUserPool({ PoolName: 'names' })).UserPool!.Id!
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    CallbackURLs: ['https://app.example.com/'],
    SupportedIdentityProviders: ['COGNITO'],
  })
  ClientId = UserPoolClient!.ClientId!
  await server.cognito.createUserPoolDomain({ UserPoolId, Domain: 'names' })
  await server.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  await server.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Partner',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'a',
      client_secret: 'b',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://partner.example',
      authorize_scopes: 'openid',
      authorize_url: 'https://partner.example/authorize',
      token_url: 'https://partner.example/token',
      attributes_url: 'https://partner.example/userinfo',
      jwks_uri: 'https://partner.example/jwks',
    },
  })
})
after(() => server.close())

/** The status of an answer, and the class of its refusal. */
async function post(headers: Record<string, string>, body: object): Promise<{ status: number; type: string }> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
    body: JSON.stringify(body),
  })
  const { __type: type = '' } = (await response.json()) as { __type?: string }
  return { status: response.status, type }
}

for (const name of names) {
  test(`a signature whose headers are said to include ${name} is refused`, async () => {
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const scope = `local/${now.slice(0, 8)}/us-east-1/cognito-idp/aws4_request`
    const answer = await post(
      {
        'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
        'x-amz-date': now,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;${name};x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
      },
      { MaxResults: 1 },
    )
    assert.deepEqual(answer, { status: 400, type: 'InvalidSignatureException' })
  })

  test(`an operation, flow or challenge named ${name} is refused, and parameters of that name are passed over`, async () => {
    const call = (operation: string, input: object) =>
      post({ 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` }, input)
    assert.equal((await call(name, {})).status, 400)
    assert.equal((await call('InitiateAuth', { ClientId, AuthFlow: name, AuthParameters: {} })).status, 400)
    const challenge = { ClientId, ChallengeName: name, ChallengeResponses: { [name]: name, USERNAME: name } }
    assert.equal((await call('RespondToAuthChallenge', challenge)).status, 400)
    const parameters = { USERNAME: name, PASSWORD: 'Wrong-password-1', [name]: name }
    assert.equal(
      (await call('InitiateAuth', { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: parameters })).status,
      400,
    )
    const signUp = {
      ClientId,
      Username: name,
      Password: 'Correct-horse-1',
      UserAttributes: [{ Name: name, Value: 'x' }],
    }
    assert.deepEqual(await call('SignUp', signUp), { status: 400, type: 'InvalidParameterException' })
  })

  test(`attributes, scopes, filters and limits named ${name} are unknown ones`, async () => {
    const { cognito } = server
    const attribute = { Name: name, Value: 'x' }
    const refusals = {
      write: () => cognito.adminUpdateUserAttributes({ UserPoolId, Username: 'ann', UserAttributes: [attribute] }),
      remove: () => cognito.adminDeleteUserAttributes({ UserPoolId, Username: 'ann', UserAttributeNames: [name] }),
      find: () => cognito.adminGetUser({ UserPoolId, Username: name }),
      filter: () => cognito.listUsers({ UserPoolId, Filter: `${name} = "x"` }),
      scope: () =>
        cognito.updateUserPoolClient({
          UserPoolId,
          ClientId,
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ['code'],
          AllowedOAuthScopes: [name],
          CallbackURLs: ['https://app.example.com/'],
        }),
      read: () => cognito.updateUserPoolClient({ UserPoolId, ClientId, ReadAttributes: [name] }),
      limit: () =>
        cognito.getProvisionedLimit({
          LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category: name } },
        }),
      link: () =>
        cognito.adminLinkProviderForUser({
          UserPoolId,
          DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'ann' },
          SourceUser: { ProviderName: 'Partner', ProviderAttributeName: name, ProviderAttributeValue: 'x' },
        }),
    }
    for (const [what, call] of Object.entries(refusals)) {
      await assert.rejects(call(), (error: { $metadata?: { httpStatusCode?: number } }) => {
        assert.equal(error.$metadata?.httpStatusCode, 400, `${what}: ${error}`)
        return true
      })
    }
  })

  test(`no page and no endpoint falls over ${name}`, async () => {
    const client = `client_id=${ClientId}&redirect_uri=https://app.example.com/`
    const paths = [
      `/${name}`,
      `/${UserPoolId}/${name}`,
      `/${UserPoolId}/oauth2/${name}`,
      `/${UserPoolId}/login?${client}&response_type=code&lang=${name}&theme=${name}`,
      `/${UserPoolId}/login?client_id=${name}`,
      `/${UserPoolId}/error?error=${name}`,
      `/${UserPoolId}/oauth2/authorize?${client}&response_type=${name}`,
      `/${UserPoolId}/oauth2/authorize?${client}&response_type=code&scope=${name}&${name}=1`,
      `/${UserPoolId}/oauth2/authorize?${client}&response_type=code&identity_provider=${name}&prompt=${name}`,
      `/${UserPoolId}/oauth2/idpresponse?state=${name}&code=${name}`,
    ]
    for (const path of paths) {
      const { status } = await fetch(`${server.url}${path}`, { redirect: 'manual' })
      assert.ok(status < 500, `${path} answered ${status}`)
    }
    for (const grant_type of [name, 'authorization_code', 'refresh_token']) {
      const { status } = await fetch(`${server.url}/${UserPoolId}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type, client_id: ClientId, code: name, refresh_token: name, [name]: name }),
      })
      assert.equal(status, 400, grant_type)
    }
  })
}
