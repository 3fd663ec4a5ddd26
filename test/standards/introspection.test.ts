import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback, claimsOf } from '../oauth/setup.ts'
import { credentials, type Scene, startScene } from './scene.ts'

let scene: Scene
let app: { id: string; secret: string }
let api: { id: string; secret: string }
let open: { id: string; secret: string }

before(async () => {
  scene = await startScene()
  app = await scene.client({ GenerateSecret: true })
  api = await scene.client({ GenerateSecret: true })
  open = await scene.client()
})
after(() => scene.server.close())

const configOf = ({ id, secret }: { id: string; secret: string }) =>
  oidc.discovery(new URL(scene.base), id, secret || undefined, undefined, { execute: [oidc.allowInsecureRequests] })

async function tokens() {
  const config = await configOf(app)
  const url = oidc.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid email', state: 's' })
  const at = await signInByForm(createBrowser(), url, credentials)
  const got = await oidc.authorizationCodeGrant(config, at, { expectedState: 's' })
  return { config, accessToken: got.access_token, refreshToken: got.refresh_token!, idToken: got.id_token! }
}

test('an API learns what an access token is worth, and that it is revoked', async () => {
  const { config, accessToken, refreshToken } = await tokens()
  const told = await oidc.tokenIntrospection(await configOf(api), accessToken)
  assert.equal(told.active, true)
  assert.equal(told.sub, scene.sub)
  assert.equal(told.client_id, app.id)
  assert.equal(told.scope, 'openid email')
  assert.equal(told.username, 'ann')
  await oidc.tokenRevocation(config, refreshToken)
  assert.deepEqual(await oidc.tokenIntrospection(await configOf(api), accessToken), { active: false })
})

test('a refresh token can be introspected only by the app that it was issued to', async () => {
  const { config, refreshToken } = await tokens()
  const told = await oidc.tokenIntrospection(config, refreshToken)
  assert.equal(told.active, true)
  assert.equal(told.sub, scene.sub)
  assert.deepEqual(await oidc.tokenIntrospection(await configOf(api), refreshToken), { active: false })
  await oidc.refreshTokenGrant(config, refreshToken)
})

test('what is no token, an ID token, expired or of another pool is inactive, whatever it is', async () => {
  const { config, accessToken, idToken } = await tokens()
  for (const token of ['x', 'a.b.c', idToken, 'x'.repeat(20_000)])
    assert.deepEqual(await oidc.tokenIntrospection(config, token), { active: false })
  const other = await startScene()
  try {
    const foreign = await other.client({ GenerateSecret: true })
    const body = new URLSearchParams({ token: accessToken, client_id: foreign.id, client_secret: foreign.secret })
    const response = await fetch(`${other.base}/oauth2/introspect`, { method: 'POST', body })
    assert.deepEqual(await response.json(), { active: false })
  } finally {
    await other.server.close()
  }
  await scene.server.cognito.adminUserGlobalSignOut({ UserPoolId: scene.poolId, Username: 'ann' })
  assert.deepEqual(await oidc.tokenIntrospection(config, accessToken), { active: false })
})

test('introspection without a secret is refused', async () => {
  const { accessToken } = await tokens()
  const ask = async (form: Record<string, string>) => {
    const body = new URLSearchParams(form)
    const response = await fetch(`${scene.base}/oauth2/introspect`, { method: 'POST', body })
    return [response.status, ((await response.json()) as { error: string }).error]
  }
  assert.deepEqual(await ask({ token: accessToken, client_id: open.id }), [401, 'invalid_client'])
  assert.deepEqual(await ask({ token: accessToken, client_id: api.id, client_secret: 'x' }), [401, 'invalid_client'])
  assert.deepEqual(await ask({ client_id: api.id, client_secret: api.secret }), [400, 'invalid_request'])
})

test('access tokens by RFC 9068 have a type and an audience, and are good for the API of the pool', async () => {
  const plain = (await tokens()).accessToken
  assert.equal(decodeProtectedHeader(plain).typ, undefined)
  await scene.standards({ Profile: 'standard', JwtAccessTokens: true })
  const { config, accessToken } = await tokens()
  assert.equal(decodeProtectedHeader(accessToken).typ, 'at+jwt')
  const { aud, iss, jti, client_id } = claimsOf(accessToken)
  assert.equal(aud, scene.base)
  assert.equal(iss, scene.base)
  assert.equal(client_id, app.id)
  assert.ok(jti)
  assert.equal((await oidc.fetchUserInfo(config, accessToken, scene.sub)).sub, scene.sub)
  assert.equal((await oidc.tokenIntrospection(config, accessToken)).aud, scene.base)
})
