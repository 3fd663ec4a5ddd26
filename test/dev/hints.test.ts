import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { exportJWK, generateKeyPair } from 'jose'
import { type Credentials, signPost } from '../../src/admin/sign.ts'
import { adminOf, allow, keyOf, rootKey } from '../administration/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const secretOfAnn = 'Secret-of-ann-1'

let server: TestServer
let lines: Record<string, unknown>[]
let shop: string
let other: string
let app: string
let service: { id: string; secret: string }

before(async () => {
  server = await startTestServer({ logLevel: 'warn' })
  server.ctx.log.warn = (fields: object, msg?: string) => void lines.push({ ...fields, msg })
  lines = []
  const { cognito } = server
  shop = (await cognito.createUserPool({ PoolName: 'shop' })).UserPool!.Id!
  other = (await cognito.createUserPool({ PoolName: 'other' })).UserPool!.Id!
  const oauth = {
    UserPoolId: shop,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code' as const],
    AllowedOAuthScopes: ['openid', 'email'],
    CallbackURLs: ['http://localhost:3000/callback'],
    LogoutURLs: ['http://localhost:3000/'],
  }
  app = (
    await cognito.createUserPoolClient({
      ...oauth,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    })
  ).UserPoolClient!.ClientId!
  const made = (await cognito.createUserPoolClient({ ...oauth, ClientName: 'web', GenerateSecret: true }))
    .UserPoolClient!
  service = { id: made.ClientId!, secret: made.ClientSecret! }
})
after(() => server.close())
beforeEach(() => {
  lines = []
})

/** The line of a refusal; it comes after the answer. */
async function line(): Promise<Record<string, unknown>> {
  for (let waited = 0; waited < 5000 && lines.length === 0; waited += 10)
    await new Promise((done) => setTimeout(done, 10))
  assert.equal(lines.length, 1, JSON.stringify(lines))
  return lines[0]!
}

async function hintOf(call: Promise<unknown>): Promise<string> {
  await call.then(
    () => assert.fail('it was not refused'),
    () => {},
  )
  return String((await line()).hint)
}

const clientWith = (settings: object) =>
  new CognitoIdentityProvider({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...settings,
  })

test('a call for another region gets a hint with this server’s region', async () => {
  const hint = await hintOf(clientWith({ region: 'us-west-2' }).listUserPools({ MaxResults: 1 }))
  assert.match(hint, /signed for region us-west-2; this server is us-east-1\. Set AWS_DEFAULT_REGION=us-east-1/)
})

test('a call with another key pair, a wrong secret, or none gets a hint with the right one', async () => {
  const keys = (accessKeyId: string, secretAccessKey: string) =>
    clientWith({ credentials: { accessKeyId, secretAccessKey } }).listUserPools({ MaxResults: 1 })
  assert.match(await hintOf(keys('AKIAEXAMPLE', 'my-own-secret')), /no access key AKIAEXAMPLE.*AWS_ACCESS_KEY_ID=local/)
  lines = []
  assert.match(await hintOf(keys('local', 'my-own-secret')), /another secret than local/)
  assert.ok(!JSON.stringify(lines).includes('my-own-secret'))
  lines = []
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
    },
    body: '{"MaxResults": 1}',
  })
  assert.equal(response.status, 400)
  assert.match(String((await line()).hint), /for administrators: sign the call with the key pair local\/local/)
})

test('the key pair of a configuration is named without its secret', async () => {
  const credentials = [{ accessKeyId: 'ROOT', secretAccessKey: 'the-root-secret' }]
  const { signatureHint } = await import('../../src/dev/hints/signature-hint.ts')
  const hint = signatureHint(
    { credentials, region: 'us-east-1' },
    { reason: 'unrecognized-client', authorization: 'AWS4 Credential=x/20260101/us-east-1/a/', service: 'a' },
  )
  assert.match(hint!, /key pair ROOT of POOLHOUSE_ACCESS_KEY_ID/)
  assert.ok(!hint!.includes('the-root-secret'))
})

test('an unknown pool or client gets a hint with the existing ones', async () => {
  const { cognito } = server
  assert.match(
    await hintOf(cognito.describeUserPool({ UserPoolId: 'us-east-1_Nothing01' })),
    new RegExp(`${shop} \\(shop\\)`),
  )
  lines = []
  assert.match(
    await hintOf(cognito.describeUserPool({ UserPoolId: 'eu-west-1_Nothing01' })),
    /one of region eu-west-1; this server is us-east-1/,
  )
  lines = []
  assert.equal(
    await hintOf(cognito.describeUserPoolClient({ UserPoolId: other, ClientId: app })),
    `Client ${app} belongs to pool ${shop} (shop), not to ${other}.`,
  )
  lines = []
  assert.match(
    await hintOf(cognito.describeUserPoolClient({ UserPoolId: shop, ClientId: 'nothing' })),
    new RegExp(`no client nothing\\. Clients of pool ${shop}: .*${app} \\(app\\)`),
  )
})

test('a flow that the client does not allow gets a hint how to allow it', async () => {
  const hint = await hintOf(
    server.cognito.initiateAuth({
      ClientId: app,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann', PASSWORD: secretOfAnn },
    }),
  )
  assert.match(hint, /USER_PASSWORD_AUTH needs ALLOW_USER_PASSWORD_AUTH among the ExplicitAuthFlows/)
  assert.ok(!JSON.stringify(lines).includes(secretOfAnn))
})

test('the hint for a refused sign-in says whether the user exists, and never contains the password', async () => {
  const { cognito } = server
  const flows = {
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const],
    PreventUserExistenceErrors: 'ENABLED' as const,
  }
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId: shop, ClientName: 'direct', ...flows })
  await cognito.adminCreateUser({ UserPoolId: shop, Username: 'ann', MessageAction: 'SUPPRESS' })
  const signIn = (USERNAME: string) =>
    cognito.initiateAuth({
      ClientId: UserPoolClient!.ClientId!,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: secretOfAnn },
    })
  assert.match(await hintOf(signIn('Ann')), /has no such user\. Its names are case-sensitive/)
  lines = []
  assert.match(await hintOf(signIn('ann')), /in the state FORCE_CHANGE_PASSWORD/)
  const { operation, error, reason, poolId } = lines[0]!
  assert.deepEqual(
    [operation, error, reason, poolId],
    ['InitiateAuth', 'NotAuthorizedException', 'wrong-credentials', shop],
  )
  assert.ok(!JSON.stringify(lines).includes(secretOfAnn))
})

test('the hint for a client with a secret explains the secret hash', async () => {
  const call = server.cognito.forgotPassword({ ClientId: service.id, Username: 'ann', SecretHash: 'wrong' })
  assert.match(await hintOf(call), /SECRET_HASH is base64\(HMAC-SHA256\(secret, username \+ client id\)\)/)
  assert.ok(!JSON.stringify(lines).includes(service.secret))
})

test('the hint for a token that is expired, foreign or of the wrong kind says so without showing the token', async () => {
  const { cognito, ctx } = server
  const jwt = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`
  const iss = `${ctx.config.publicUrl}/${shop}`
  const cases: [string, RegExp][] = [
    [jwt({ token_use: 'id', iss }), /an access token is wanted.*token_use id/i],
    [
      jwt({ token_use: 'access', iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_x' }),
      /no pool of this server/,
    ],
    [jwt({ token_use: 'access', iss, exp: 1, scope: '' }), /has expired at 1970/],
    [
      jwt({ token_use: 'access', iss, exp: 9e9, scope: 'openid' }),
      /scopes "openid", and aws\.cognito\.signin\.user\.admin/,
    ],
  ]
  for (const [AccessToken, expected] of cases) {
    lines = []
    assert.match(await hintOf(cognito.getUser({ AccessToken })), expected)
    assert.ok(!JSON.stringify(lines).includes('signature'))
  }
})

test('an unknown target gets a hint with the nearest operation', async () => {
  const post = (target: string) =>
    fetch(server.url, {
      method: 'POST',
      headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    })
  await post('AWSCognitoIdentityProviderService.InitateAuth')
  assert.match(String((await line()).hint), /no operation InitateAuth; did you mean InitiateAuth\?/)
  lines = []
  await post('DynamoDB_20120810.GetItem')
  assert.match(String((await line()).hint), /no service DynamoDB_20120810/)
})

const authorize = (parameters: Record<string, string>) =>
  fetch(`${server.url}/${shop}/oauth2/authorize?${new URLSearchParams(parameters)}`, { redirect: 'manual' })
const asked = () => ({
  client_id: app,
  response_type: 'code',
  redirect_uri: 'http://localhost:3000/callback',
  scope: 'openid',
})

test('an unregistered redirect_uri gets a hint with the registered ones', async () => {
  await authorize({ ...asked(), redirect_uri: 'https://localhost:3000/callback/' })
  assert.equal(
    (await line()).hint,
    `https://localhost:3000/callback/ is not among the CallbackURLs of client ${app}. There is http://localhost:3000/callback. They are compared letter by letter: scheme, host, port and the slash at the end count.`,
  )
  lines = []
  await fetch(
    `${server.url}/${shop}/logout?${new URLSearchParams({ client_id: app, logout_uri: 'http://x.example/' })}`,
  )
  assert.match(String((await line()).hint), /http:\/\/x\.example\/ is not among the LogoutURLs/)
})

test('a client of another pool, and a missing scope or flow, get a hint', async () => {
  await fetch(`${server.url}/${other}/oauth2/authorize?${new URLSearchParams(asked())}`, { redirect: 'manual' })
  assert.match(String((await line()).hint), new RegExp(`belongs to pool ${shop} \\(shop\\), not to ${other}`))
  lines = []
  await authorize({ ...asked(), scope: 'openid profile' })
  assert.match(String((await line()).hint), /The scope profile is not among the AllowedOAuthScopes/)
  lines = []
  await authorize({ ...asked(), response_type: 'token' })
  assert.match(String((await line()).hint), /needs implicit among the AllowedOAuthFlows/)
})

test('a refused token request gets a hint about its client, secret or code', async () => {
  const ask = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    lines = []
    const body = new URLSearchParams(form)
    const response = await fetch(`${server.url}/${shop}/oauth2/token`, { method: 'POST', body, headers })
    assert.equal(response.status, 400)
    return String((await line()).hint)
  }
  const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'http://localhost:3000/callback' }
  assert.match(await ask({ ...code, client_id: service.id }), /has a secret, and the request has none/)
  assert.match(await ask({ ...code, client_id: service.id, client_secret: 'my-guess' }), /not one of client/)
  assert.match(await ask({ ...code, client_id: app, client_secret: 'my-guess' }), /has no secret/)
  assert.ok(!JSON.stringify(lines).includes('my-guess'))
  assert.match(await ask({ ...code, client_id: app }), /good once, for five minutes.*no code_verifier/)
  assert.match(
    await ask({ ...code, client_id: app, redirect_uri: 'http://localhost:3000' }),
    /not the one that the code/,
  )
  assert.match(await ask({ client_id: app, grant_type: 'client_credentials' }), /needs client_credentials among/)
  const basic = Buffer.from(`${service.id}:${service.secret}`).toString('base64')
  assert.match(
    await ask({ grant_type: 'client_credentials' }, { authorization: `Basic ${basic}` }),
    /needs client_credentials/,
  )
  assert.ok(!JSON.stringify(lines).includes(service.secret))
})

test('requests beyond Cognito’s get hints of their own, or none', async () => {
  const { publicKey } = await generateKeyPair('ES256')
  const Standards = {
    TokenEndpointAuthMethod: 'private_key_jwt' as const,
    Jwks: { keys: [await exportJWK(publicKey)] },
  }
  const admin = adminOf(server)
  await admin.putUserPoolExtensions({ UserPoolId: other, Extensions: { Standards: { Profile: 'standard' } } })
  const { UserPoolClient } = await server.cognito.createUserPoolClient({ UserPoolId: other, ClientName: 'signs' })
  const ClientId = UserPoolClient!.ClientId!
  await admin.putClientExtensions({ UserPoolId: other, ClientId, Extensions: { Standards } })
  const hintAt = async (path: string, form?: Record<string, string>) => {
    lines = []
    const init = form && { method: 'POST', body: new URLSearchParams(form) }
    await fetch(`${server.url}/${other}${path}`, init)
    return (await line()).hint
  }
  assert.match(String(await hintAt('/oauth2/par', { client_id: ClientId })), /authenticates by private_key_jwt/)
  assert.equal(await hintAt('/oauth2/token', { client_id: ClientId, client_assertion: 'x' }), undefined)
  assert.match(String(await hintAt('/logout?id_token_hint=x')), /an ID token of this pool/)
  const { UserPoolClient: open } = await server.cognito.createUserPoolClient({ UserPoolId: other, ClientName: 'open' })
  assert.equal(await hintAt('/oauth2/introspect', { client_id: open!.ClientId!, token: 'x' }), undefined)
})

test('the address of an unknown pool gets a hint', async () => {
  await fetch(`${server.url}/us-east-1_Nothing01/.well-known/openid-configuration`)
  assert.match(String((await line()).hint), /no pool us-east-1_Nothing01/)
})

const arnOf = (role: string, account = '000000000000') => `arn:aws:iam::${account}:role/${role}`
async function sts(form: Record<string, string>, credentials?: Credentials, region = 'us-east-1'): Promise<string> {
  lines = []
  const body = new URLSearchParams({ Version: '2011-06-15', ...form }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const now = new Date()
  const signed =
    credentials && signPost({ url: new URL(server.url), headers, body, credentials, region, service: 'sts', now })
  const response = await fetch(server.url, { method: 'POST', body, headers: signed ?? headers })
  assert.ok(response.status >= 400)
  const { hint, operation } = await line()
  assert.equal(operation, form.Action)
  return String(hint)
}
const assume = { Action: 'AssumeRole', RoleArn: arnOf('reader'), RoleSessionName: 'deploy' }

test('a refused call of STS gets a hint about its signature, operation, role or policy', async () => {
  await adminOf(server).putRole({
    RoleName: 'reader',
    PolicyDocument: JSON.stringify(allow('cognito-idp:ListUserPools')),
  })
  const reader = await keyOf(server, 'reader')

  assert.match(await sts(assume), /for administrators: sign the call with the key pair local\/local/)
  assert.match(await sts(assume, { ...rootKey, secretAccessKey: 'my-own-secret' }), /another secret than local/)
  assert.ok(!JSON.stringify(lines).includes('my-own-secret'))
  assert.match(await sts(assume, rootKey, 'eu-west-1'), /signed for region eu-west-1; this server is us-east-1/)
  assert.match(await sts({ Action: 'AsumeRole' }, rootKey), /no STS operation AsumeRole; did you mean AssumeRole\?/)
  assert.match(await sts({ Action: '' }, rootKey), /has the Content-Type application\/x-amz-json-1\.1/)
  assert.match(
    await sts({ ...assume, RoleArn: arnOf('reader', '123456789012') }, rootKey),
    /one of account 123456789012; this server is 000000000000/,
  )
  assert.match(await sts({ ...assume, RoleSessionName: '?' }, rootKey), /RoleSessionName must be 2 to 64/)
  assert.match(await sts({ ...assume, RoleArn: arnOf('raeder') }, rootKey), /no role raeder\. There is reader\./)
  assert.match(await sts(assume, reader), /has to allow sts:AssumeRole on arn:aws:iam::000000000000:role\/reader/)
  assert.match(await sts({ Action: 'GetSessionToken' }, rootKey), /for access keys of roles/)
})

test('a web identity that proves nobody gets a hint that says why, without the token', async () => {
  const jwt = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`
  const hint = (claims?: object) =>
    sts({ ...assume, Action: 'AssumeRoleWithWebIdentity', WebIdentityToken: claims ? jwt(claims) : 'x' })
  const iss = `${server.ctx.config.publicUrl}/${shop}`
  assert.match(await hint(), /no JWT: the IdToken/)
  assert.match(await hint({ iss }), /No pool is marked as the operators’/)
  await adminOf(server).setOperatorsPool({ UserPoolId: shop })
  assert.match(
    await hint({ iss: `${server.ctx.config.publicUrl}/${other}` }),
    /neither the operators’ pool .* \(shop\)/,
  )
  assert.match(await hint({ iss, token_use: 'access' }), /An ID token is wanted.*token_use access/)
  assert.match(await hint({ iss, token_use: 'id' }), /sign in again/)
  assert.ok(!JSON.stringify(lines).includes('signature'))
})

test('an operator who may not use a role gets a hint with the ARN that a group needs', async () => {
  const { cognito } = server
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: shop,
    ClientName: 'operators',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  await cognito.adminCreateUser({ UserPoolId: shop, Username: 'bea', MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ UserPoolId: shop, Username: 'bea', Password: secretOfAnn, Permanent: true })
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId: UserPoolClient!.ClientId!,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'bea', PASSWORD: secretOfAnn },
  })
  const web = { ...assume, Action: 'AssumeRoleWithWebIdentity', WebIdentityToken: AuthenticationResult!.IdToken! }
  assert.match(await sts(web), /in no group with the RoleArn arn:aws:iam::000000000000:role\/reader/)
  assert.match(await sts({ ...web, RoleArn: arnOf('nobody') }), /no role nobody/)
})

test('what succeeds makes no line', async () => {
  await server.cognito.listUserPools({ MaxResults: 1 })
  await authorize(asked())
  const { status, headers } = await authorize({ ...asked(), prompt: 'none' })
  assert.equal(status, 302)
  assert.match(headers.get('location')!, /error=login_required/)
  await new Promise((done) => setTimeout(done, 50))
  assert.deepEqual(lines, [])
})
