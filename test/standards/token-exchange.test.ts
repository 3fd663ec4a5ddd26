import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { askToken, callback, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

const grant_type = 'urn:ietf:params:oauth:grant-type:token-exchange'
const subject_token_type = 'urn:ietf:params:oauth:token-type:access_token'
const orders = 'https://orders.example.com'
const stock = 'https://stock.example.com'

let scene: Scene
let app: { id: string; secret: string }
let api: { id: string; secret: string }

const policy = { SubjectAudiences: [orders], TargetAudiences: [stock] }

before(async () => {
  scene = await startScene({ Profile: 'standard', TokenExchange: true })
  app = await scene.client()
  api = await scene.client(
    { GenerateSecret: true, AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'] },
    { TokenExchangePolicy: policy },
  )
})
after(() => scene.server.close())

async function userToken(more: Record<string, string> = {}) {
  const query = {
    client_id: app.id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email profile aws.cognito.signin.user.admin',
    resource: orders,
    ...more,
  }
  const at = await signInByForm(createBrowser(), new URL(authorizeUrl(scene, query)), credentials)
  const { body } = await askToken(scene.base, {
    grant_type: 'authorization_code',
    code: at.searchParams.get('code')!,
    redirect_uri: callback,
    client_id: app.id,
  })
  return { accessToken: body.access_token, refreshToken: body.refresh_token!, idToken: body.id_token! }
}

const exchange = (subject_token: string, more: Record<string, string> = {}, client = api) =>
  askToken(scene.base, {
    grant_type,
    subject_token,
    subject_token_type,
    resource: stock,
    client_id: client.id,
    ...(client.secret && { client_secret: client.secret }),
    ...more,
  })

test('an API trades the token that it was shown for one of another API, and the token tells', async () => {
  const { accessToken } = await userToken()
  const config = await oidc.discovery(new URL(scene.base), api.id, api.secret, undefined, {
    execute: [oidc.allowInsecureRequests],
  })
  const traded = await oidc.genericGrantRequest(config, grant_type, {
    subject_token: accessToken,
    subject_token_type,
    resource: stock,
    scope: 'openid',
  })
  const before = claimsOf(accessToken)
  const claims = claimsOf(traded.access_token)
  assert.equal(claims.sub, scene.sub)
  assert.equal(claims.aud, stock)
  assert.equal(claims.client_id, api.id)
  assert.equal(claims.scope, 'openid')
  assert.deepEqual(claims.act, { sub: api.id })
  assert.ok((claims.exp as number) <= (before.exp as number))
  assert.equal(traded.refresh_token, undefined)
  assert.equal(traded.id_token, undefined)
})

test('introspection tells who acts', async () => {
  const { accessToken } = await userToken()
  const { body } = await exchange(accessToken, { scope: 'openid' })
  const form = { token: body.access_token, client_id: api.id, client_secret: api.secret }
  const url = `${scene.base}/oauth2/introspect`
  const facts = await (await fetch(url, { method: 'POST', body: new URLSearchParams(form) })).json()
  assert.deepEqual([facts.active, facts.aud, facts.act], [true, stock, { sub: api.id }])
})

test('earlier actors are nested in `act`, and with impersonation there is none', async () => {
  const chained = await scene.client(
    { GenerateSecret: true },
    { TokenExchangePolicy: { SubjectAudiences: [stock], TargetAudiences: [orders] } },
  )
  const { accessToken } = await userToken()
  const first = await exchange(accessToken, { scope: 'openid' })
  const second = await exchange(first.body.access_token, { resource: orders, scope: 'openid' }, chained)
  assert.deepEqual(claimsOf(second.body.access_token).act, { sub: chained.id, act: { sub: api.id } })
  const quiet = await scene.client(
    { GenerateSecret: true },
    { TokenExchangePolicy: { ...policy, Impersonation: true } },
  )
  const impersonated = await exchange(accessToken, { scope: 'openid' }, quiet)
  assert.equal(claimsOf(impersonated.body.access_token).act, undefined)
})

test('nothing is worth more afterwards: no scope, audience or time is won', async () => {
  const { accessToken } = await userToken({ scope: 'openid email' })
  const plain = await exchange(accessToken)
  assert.equal(claimsOf(plain.body.access_token).scope, 'openid email')
  for (const scope of ['openid profile', 'aws.cognito.signin.user.admin', 'openid what'])
    assert.equal((await exchange(accessToken, { scope })).body.error, 'invalid_scope', scope)
  for (const resource of ['https://else.example.com', orders])
    assert.equal((await exchange(accessToken, { resource })).body.error, 'invalid_target', resource)
  assert.equal((await exchange(accessToken, { audience: orders })).body.error, 'invalid_target')
  assert.equal((await exchange(accessToken, { audience: stock })).status, 200)
  scene.server.clock.advance({ minutes: 50 })
  const late = await exchange(accessToken, { scope: 'openid' })
  assert.ok(late.body.expires_in <= 601, String(late.body.expires_in))
  assert.equal(claimsOf(late.body.access_token).exp, claimsOf(accessToken).exp)
  const all = await userToken()
  assert.equal(claimsOf((await exchange(all.accessToken)).body.access_token).scope, 'openid email')
})

test('a token of another audience, of no user, or malformed is not exchanged', async () => {
  const { idToken, refreshToken } = await userToken()
  const elsewhere = await userToken({ resource: 'https://else.example.com' })
  for (const [name, token] of Object.entries({
    'for another API': elsewhere.accessToken,
    'an ID token': idToken,
    'a refresh token': refreshToken,
    'no token': 'x',
  }))
    assert.equal((await exchange(token)).body.error, 'invalid_grant', name)
  const { AuthenticationResult } = await scene.server.cognito.initiateAuth({
    ClientId: app.id,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: credentials.username, PASSWORD: credentials.password },
  })
  assert.equal((await exchange(AuthenticationResult!.AccessToken!)).body.error, 'invalid_grant')
})

test('only a client that proves who it is and has a policy trades', async () => {
  const { accessToken } = await userToken()
  const open = await scene.client({}, { TokenExchangePolicy: policy })
  assert.equal((await exchange(accessToken, {}, open)).body.error, 'unauthorized_client')
  const without = await scene.client({ GenerateSecret: true })
  assert.equal((await exchange(accessToken, {}, without)).body.error, 'unauthorized_client')
  const off = await scene.client({ GenerateSecret: true }, { TokenExchange: false, TokenExchangePolicy: policy })
  assert.equal((await exchange(accessToken, {}, off)).body.error, 'unsupported_grant_type')
  assert.equal((await exchange(accessToken, { client_secret: 'x' })).body.error, 'invalid_client')
})

test('what is traded ends with the session', async () => {
  const { accessToken, refreshToken } = await userToken()
  const traded = await exchange(accessToken, { scope: 'openid' })
  const ask = async () => {
    const headers = { authorization: `Bearer ${traded.body.access_token}` }
    return (await fetch(`${scene.base}/oauth2/userInfo`, { headers })).status
  }
  assert.equal(await ask(), 200)
  const body = new URLSearchParams({ client_id: app.id, token: refreshToken })
  await fetch(`${scene.base}/oauth2/revoke`, { method: 'POST', body })
  assert.equal(await ask(), 401)
  assert.equal((await exchange(accessToken, { scope: 'openid' })).body.error, 'invalid_grant')
})

test('forms that ask for something else are refused', async () => {
  const { accessToken } = await userToken()
  const forms: Record<string, string>[] = [
    { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
    { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
    { actor_token: 'x' },
    { resource: '' },
  ]
  for (const more of forms) assert.equal((await exchange(accessToken, more)).body.error, 'invalid_request')
})
