import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer } from '../support/server.ts'
import {
  askToken,
  authorizeUrl,
  callback,
  claimsOf,
  createBrowser,
  exchange,
  type OAuthServer,
  signIn,
  startOAuthServer,
} from './setup.ts'

let server: OAuthServer
let poolId: string
let base: string
let app: { id: string; secret: string }
let confidential: { id: string; secret: string }
let machine: { id: string; secret: string }

before(async () => {
  server = await startOAuthServer()
  poolId = await server.pool()
  base = `${server.site}/${poolId}`
  await server.cognito.createResourceServer({
    UserPoolId: poolId,
    Identifier: 'https://api.example.com',
    Name: 'api',
    Scopes: ['read', 'write', 'admin'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
  })
  app = await server.client(poolId, {
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  confidential = await server.client(poolId, { GenerateSecret: true })
  machine = await server.client(poolId, {
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['https://api.example.com/read', 'https://api.example.com/write'],
    CallbackURLs: undefined,
    LogoutURLs: undefined,
  })
  const attributes = { email: 'ann@example.com', email_verified: 'true', phone_number: '+15550001', name: 'Ann' }
  await server.user(poolId, 'ann', attributes)
})
after(() => server.close())

const basic = ({ id, secret }: { id: string; secret: string }) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

async function tokensOf(client = app, scope = 'openid email', form: Record<string, string> = {}) {
  const url = authorizeUrl(base, { client_id: client.id, redirect_uri: callback, response_type: 'code', scope })
  const at = await signIn(createBrowser(), url, 'ann')
  const { status, body } = await exchange(base, at.searchParams.get('code')!, client.id, form)
  assert.equal(status, 200)
  return body
}

const userInfo = (headers: Record<string, string>, init: RequestInit = {}, at = base) =>
  fetch(`${at}/oauth2/userInfo`, { ...init, headers })

test('a client’s own token is for its scopes, all of them or those that it asks for', async () => {
  const all = await askToken(base, { grant_type: 'client_credentials' }, basic(machine))
  assert.equal(all.status, 200)
  assert.deepEqual(Object.keys(all.body).sort(), ['access_token', 'expires_in', 'token_type'])
  const claims = claimsOf(all.body.access_token)
  assert.equal(claims.scope, 'https://api.example.com/read https://api.example.com/write')
  assert.equal(claims.sub, machine.id)

  const form = { grant_type: 'client_credentials', client_id: machine.id, client_secret: machine.secret }
  const one = await askToken(base, { ...form, scope: 'https://api.example.com/read' })
  assert.equal(claimsOf(one.body.access_token).scope, 'https://api.example.com/read')
  const told = await askToken(base, { ...form, aws_client_metadata: '{"tenant":"a"}' })
  assert.equal(told.status, 200)
})

test('a change at another node holds for all that is asked after it, however many ask at the same time', async () => {
  const { connection, ctx } = server
  const elsewhere = await startTestServer({}, { connection, masterKey: ctx.config.masterKey, jobs: false })
  const settings = {
    AllowedOAuthFlows: ['client_credentials' as const],
    AllowedOAuthScopes: ['https://api.example.com/read'],
    CallbackURLs: undefined,
    LogoutURLs: undefined,
  }
  const client = await server.client(poolId, { ...settings, GenerateSecret: true })
  const deleted = 9
  let change = 0
  const seen: { before: number; after: number; hours: number | undefined }[] = []
  const asking = Array.from({ length: 16 }, async () => {
    for (let rest = 3; rest > 0; rest -= change === deleted ? 1 : 0) {
      const before = change
      const { body } = await askToken(base, { grant_type: 'client_credentials' }, basic(client))
      seen.push({ before, after: change, hours: body.expires_in && body.expires_in / 3600 })
      // So that they don't all ask in step.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
    }
  })
  try {
    while (change < deleted - 1) {
      await elsewhere.cognito.updateUserPoolClient({
        UserPoolId: poolId,
        ClientId: client.id,
        ...settings,
        AllowedOAuthFlowsUserPoolClient: true,
        AccessTokenValidity: change + 2,
      })
      change++
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await elsewhere.cognito.deleteUserPoolClient({ UserPoolId: poolId, ClientId: client.id })
  } finally {
    change = deleted
    await Promise.all(asking)
    await elsewhere.close()
  }

  const hoursAfter = (count: number) => (count === deleted ? undefined : count + 1)
  const changed = seen.filter(({ before }) => before > 0)
  for (const { before, after, hours } of changed) {
    // It may have met a change whose answer was still on its way.
    const range = [...Array(Math.min(deleted, after + 1) - before + 1).keys()].map((step) => hoursAfter(before + step))
    assert.ok(range.includes(hours), `asked after change ${before}, answered after ${after}: ${hours}`)
  }
  assert.ok(changed.filter(({ before }) => before < deleted).length > 50)
  assert.ok(changed.filter(({ before }) => before === deleted).length >= 16)
})

test('a scope that the client may not have fails the whole request, by whether it exists', async () => {
  const ask = async (scope: string) => {
    const { status, body } = await askToken(base, { grant_type: 'client_credentials', scope }, basic(machine))
    return { status, ...body }
  }
  const read = 'https://api.example.com/read'
  assert.deepEqual(await ask(`${read} https://api.example.com/admin`), { status: 400, error: 'invalid_grant' })
  assert.deepEqual(await ask('openid'), { status: 400, error: 'invalid_grant' })
  assert.deepEqual(await ask(`${read} https://api.example.com/nothing`), { status: 400, error: 'invalid_scope' })
})

test('who can’t prove to be a client gets invalid_client, 400 for tokens and 401 for revocation', async () => {
  const form = { grant_type: 'client_credentials' }
  const wrong: [Record<string, string>, Record<string, string>][] = [
    [{}, {}],
    [{ client_id: machine.id }, {}],
    [{ client_id: machine.id, client_secret: 'wrong' }, {}],
    [{ client_id: machine.id, client_secret: confidential.secret }, {}],
    [{ client_id: 'unknown', client_secret: 'x' }, {}],
    [{ client_id: `${machine.id}\u0000`, client_secret: machine.secret }, {}],
    [{ client_id: app.id, client_secret: 'a public client has none' }, {}],
    [{}, basic({ id: machine.id, secret: 'wrong' })],
    [{}, basic({ id: machine.id, secret: '' })],
    [{}, basic({ id: '', secret: machine.secret })],
    [{}, { authorization: 'Basic !' }],
    [{}, { authorization: 'Basic' }],
    [{}, { authorization: `Bearer ${machine.secret}` }],
    [{}, { authorization: `Basic ${Buffer.from(`${machine.id}:%ZZ`).toString('base64')}` }],
  ]
  for (const [more, headers] of wrong) {
    const { status, body } = await askToken(base, { ...form, ...more }, headers)
    assert.deepEqual({ status, ...body }, { status: 400, error: 'invalid_client' }, JSON.stringify([more, headers]))
    const revoked = await fetch(`${base}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'x', ...more }),
      headers,
    })
    assert.equal(revoked.status, 401)
    assert.deepEqual(await revoked.json(), { error: 'invalid_client' })
  }
})

test('one way of authentication, one client, each parameter once', async () => {
  const form = { grant_type: 'client_credentials' }
  const twoWays = await askToken(base, { ...form, client_secret: machine.secret }, basic(machine))
  assert.deepEqual(twoWays.body, { error: 'invalid_request' })
  const twoClients = await askToken(base, { ...form, client_id: confidential.id }, basic(machine))
  assert.deepEqual(twoClients.body, { error: 'invalid_request' })
  const same = await askToken(base, { ...form, client_id: machine.id }, basic(machine))
  assert.equal(same.status, 200)
  const twice = new URLSearchParams(form)
  twice.append('grant_type', 'refresh_token')
  assert.deepEqual((await askToken(base, twice, basic(machine))).body, { error: 'invalid_request' })
})

test('either of a client’s two secrets will do, until it is deleted', async () => {
  const rotating = await server.client(poolId, {
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['https://api.example.com/read'],
    CallbackURLs: undefined,
  })
  const added = await server.cognito.addUserPoolClientSecret({ UserPoolId: poolId, ClientId: rotating.id })
  const second = { id: rotating.id, secret: added.ClientSecretDescriptor!.ClientSecretValue! }
  const ask = async (client: typeof second) =>
    (await askToken(base, { grant_type: 'client_credentials' }, basic(client))).status
  assert.deepEqual([await ask(rotating), await ask(second)], [200, 200])
  const listed = await server.cognito.listUserPoolClientSecrets({ UserPoolId: poolId, ClientId: rotating.id })
  const first = listed.ClientSecrets!.find(
    ({ ClientSecretId }) => ClientSecretId !== added.ClientSecretDescriptor!.ClientSecretId,
  )!
  await server.cognito.deleteUserPoolClientSecret({
    UserPoolId: poolId,
    ClientId: rotating.id,
    ClientSecretId: first.ClientSecretId,
  })
  assert.deepEqual([await ask(rotating), await ask(second)], [400, 200])
})

test('what is not a grant for this client is refused by name', async () => {
  const ask = async (form: Record<string, string>, headers = {}) => (await askToken(base, form, headers)).body.error
  assert.equal(await ask({ client_id: app.id }), 'invalid_request')
  assert.equal(await ask({ client_id: app.id, grant_type: 'password' }), 'unsupported_grant_type')
  assert.equal(await ask({ client_id: app.id, grant_type: 'constructor' }), 'unsupported_grant_type')
  assert.equal(await ask({ client_id: app.id, grant_type: 'client_credentials' }), 'unauthorized_client')
  assert.equal(await ask({ grant_type: 'authorization_code' }, basic(machine)), 'unauthorized_client')
  assert.equal(await ask({ grant_type: 'refresh_token', refresh_token: 'x' }, basic(machine)), 'unauthorized_client')
  assert.equal(await ask({ client_id: app.id, grant_type: 'authorization_code' }), 'invalid_request')
  assert.equal(await ask({ client_id: app.id, grant_type: 'authorization_code', code: 'x' }), 'invalid_request')
  assert.equal(await ask({ client_id: app.id, grant_type: 'refresh_token' }), 'invalid_request')
  assert.equal(await ask({ client_id: app.id, grant_type: 'refresh_token', refresh_token: 'x' }), 'invalid_grant')
  assert.equal(
    await ask({ client_id: app.id, grant_type: 'authorization_code', code: 'x'.repeat(999), redirect_uri: callback }),
    'invalid_grant',
  )
})

test('only a short form is read', async () => {
  const post = (body: string, type: string) =>
    fetch(`${base}/oauth2/token`, { method: 'POST', body, headers: { 'content-type': type } })
  const json = await post('{"grant_type":"client_credentials"}', 'application/json')
  assert.equal(json.status, 400)
  assert.deepEqual(await json.json(), { error: 'invalid_request' })
  const long = await post(`client_id=${'x'.repeat(200_000)}`, 'application/x-www-form-urlencoded')
  assert.equal(long.status, 400)
  assert.deepEqual(await long.json(), { error: 'invalid_request' })
  const get = await fetch(`${base}/oauth2/token`)
  assert.equal(get.status, 405)
  assert.equal(get.headers.get('allow'), 'POST')
})

test('browser apps of every origin may call it, with the headers that they need', async () => {
  for (const [endpoint, method] of [
    ['token', 'POST'],
    ['revoke', 'POST'],
    ['userInfo', 'GET'],
  ] as const) {
    const preflight = await fetch(`${base}/oauth2/${endpoint}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://spa.example.com',
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization',
      },
    })
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
    assert.match(preflight.headers.get('access-control-allow-methods')!, new RegExp(method))
    assert.match(preflight.headers.get('access-control-allow-headers')!, /authorization/i)
    assert.equal(preflight.headers.get('access-control-allow-credentials'), null)
  }
})

test('a refresh repeats the claims of the sign-in, and returns no new refresh token', async () => {
  const first = await tokensOf(confidential, 'openid email', { client_secret: confidential.secret })
  server.clock.advance({ minutes: 10 })
  const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token! }
  const { status, body } = await askToken(base, form, basic(confidential))
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'id_token', 'token_type'])
  const [before, now] = [claimsOf(first.access_token), claimsOf(body.access_token)]
  assert.equal(now.auth_time, before.auth_time)
  assert.equal(now.origin_jti, before.origin_jti)
  assert.equal(now.scope, 'openid email')
  assert.notEqual(now.jti, before.jti)

  const stolen = await askToken(base, { ...form, client_id: app.id })
  assert.deepEqual(stolen.body, { error: 'invalid_grant' })
})

test('with rotation each refresh token works once, and its second use ends the session', async () => {
  const rotating = await server.client(poolId, {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
  })
  const first = await tokensOf(rotating)
  const refresh = (refresh_token: string) =>
    askToken(base, { grant_type: 'refresh_token', refresh_token, client_id: rotating.id })
  const second = (await refresh(first.refresh_token!)).body
  assert.ok(second.refresh_token)
  assert.notEqual(second.refresh_token, first.refresh_token)
  server.clock.advance({ seconds: 1 })
  assert.deepEqual((await refresh(first.refresh_token!)).body, { error: 'invalid_grant' })
  assert.deepEqual((await refresh(second.refresh_token!)).body, { error: 'invalid_grant' })
})

test('refresh tokens of the JSON API are renewed here, and those from here by the JSON API', async () => {
  const Password = 'Correct-horse-1'
  await server.cognito.adminSetUserPassword({ UserPoolId: poolId, Username: 'ann', Password, Permanent: true })
  const signedIn = await server.cognito.initiateAuth({
    ClientId: app.id,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: Password },
  })
  const here = await askToken(base, {
    grant_type: 'refresh_token',
    refresh_token: signedIn.AuthenticationResult!.RefreshToken!,
    client_id: app.id,
  })
  assert.equal(here.status, 200)
  assert.equal(claimsOf(here.body.access_token).scope, 'aws.cognito.signin.user.admin')
  assert.ok(here.body.id_token)

  const { refresh_token } = await tokensOf()
  const there = await server.cognito.getTokensFromRefreshToken({ ClientId: app.id, RefreshToken: refresh_token! })
  assert.equal(claimsOf(there.AuthenticationResult!.AccessToken!).scope, 'openid email')
})

test('a user who was disabled or signed out everywhere is not refreshed', async () => {
  await server.user(poolId, 'cid')
  const url = authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code' })
  const codes = []
  for (let time = 0; time < 3; time++) codes.push((await signIn(createBrowser(), url, 'cid')).searchParams.get('code')!)
  const [signedOut, disabled] = [await exchange(base, codes[0]!, app.id), await exchange(base, codes[1]!, app.id)]
  const refresh = async (refresh_token: string) =>
    (await askToken(base, { grant_type: 'refresh_token', refresh_token, client_id: app.id })).body

  await server.cognito.adminUserGlobalSignOut({ UserPoolId: poolId, Username: 'cid' })
  assert.deepEqual(await refresh(signedOut.body.refresh_token!), { error: 'invalid_grant' })
  await server.cognito.adminDisableUser({ UserPoolId: poolId, Username: 'cid' })
  assert.deepEqual(await refresh(disabled.body.refresh_token!), { error: 'invalid_grant' })
  assert.deepEqual((await exchange(base, codes[2]!, app.id)).body, { error: 'invalid_grant' })
})

test('a scope is no way around what the client may read', async () => {
  const blind = await server.client(poolId, { ReadAttributes: ['email', 'name'] })
  const url = authorizeUrl(base, {
    client_id: blind.id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email',
  })
  const at = await signIn(createBrowser(), url, 'ann')
  const { body } = await exchange(base, at.searchParams.get('code')!, blind.id)
  assert.deepEqual(body, { error: 'invalid_grant' })
})

test('userInfo returns the attributes of the scopes, as strings', async () => {
  const { access_token } = await tokensOf()
  for (const method of ['GET', 'POST']) {
    const response = await userInfo({ authorization: `Bearer ${access_token}` }, { method })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.match(response.headers.get('cache-control')!, /no-store/)
    const { sub, ...rest } = (await response.json()) as Record<string, unknown>
    assert.equal(sub, claimsOf(access_token).sub)
    assert.deepEqual(rest, { username: 'ann', email: 'ann@example.com', email_verified: 'true' })
  }
  const everything = await tokensOf(app, 'openid')
  const response = await userInfo({ authorization: `Bearer ${everything.access_token}` })
  assert.equal(((await response.json()) as Record<string, unknown>).phone_number, '+15550001')
})

test('userInfo refuses what is no access token for it', async () => {
  const withoutOpenid = await tokensOf(app, 'aws.cognito.signin.user.admin')
  const tokens = await tokensOf()
  const otherPool = await server.pool()
  const malformed = [{}, { authorization: 'Bearer' }, { authorization: `Basic ${tokens.access_token}` }]
  for (const headers of malformed) {
    const response = await userInfo(headers as Record<string, string>)
    assert.equal(response.status, 400)
    assert.equal(
      response.headers.get('www-authenticate'),
      'Bearer error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"',
    )
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const refused = [
    await userInfo(bearer(tokens.id_token!)),
    await userInfo(bearer(withoutOpenid.access_token)),
    await userInfo(bearer(tokens.access_token.slice(0, -4))),
    await userInfo(bearer('x')),
    await userInfo(bearer(tokens.access_token), {}, `${server.site}/${otherPool}`),
  ]
  await server.cognito.adminUserGlobalSignOut({ UserPoolId: poolId, Username: 'ann' })
  refused.push(await userInfo(bearer(tokens.access_token)))
  for (const response of refused) {
    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate')!, /^Bearer error="invalid_token", error_description="/)
  }
})

test('revoking a refresh token ends all that came from it, and never tells whether it was known', async () => {
  const revoke = async (form: Record<string, string>) => {
    const response = await fetch(`${base}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams(form) })
    return { status: response.status, text: await response.text() }
  }
  const { access_token, refresh_token } = await tokensOf()
  const bearer = { authorization: `Bearer ${access_token}` }
  const other = await server.client(poolId)
  assert.deepEqual(await revoke({ client_id: other.id, token: refresh_token! }), { status: 200, text: '' })
  assert.equal((await userInfo(bearer)).status, 200)
  for (const token of [refresh_token!, refresh_token!, 'unknown']) {
    assert.deepEqual(await revoke({ client_id: app.id, token }), { status: 200, text: '' })
  }
  assert.equal((await userInfo(bearer)).status, 401)

  assert.deepEqual(await revoke({ client_id: app.id }), { status: 400, text: '{"error":"invalid_request"}' })
  const unsupported = { status: 400, text: '{"error":"unsupported_token_type"}' }
  assert.deepEqual(await revoke({ client_id: app.id, token: access_token }), unsupported)
  const fixed = await server.client(poolId, { EnableTokenRevocation: false })
  assert.deepEqual(await revoke({ client_id: fixed.id, token: refresh_token! }), {
    status: 400,
    text: '{"error":"invalid_request"}',
  })
})

test('a pool that is not there has no endpoints', async () => {
  const none = `${server.site}/us-east-1_AAAAAAAAA`
  assert.deepEqual((await askToken(none, { grant_type: 'client_credentials' }, basic(machine))).body, {
    error: 'invalid_client',
  })
  assert.equal((await fetch(`${none}/oauth2/authorize`)).status, 404)
  assert.equal((await fetch(`${none}/logout`)).status, 404)
  assert.equal((await fetch(`${server.site}/oauth2/token`, { method: 'POST' })).status, 404)
})
