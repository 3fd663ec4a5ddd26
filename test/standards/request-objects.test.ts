import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

let scene: Scene
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let app: { id: string; secret: string }

before(async () => {
  scene = await startScene({ Profile: 'standard', RequestObjects: true })
  keys = await generateKeyPair('ES256')
  const Jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }] }
  app = await scene.client({ GenerateSecret: true }, { Jwks })
})
after(() => scene.server.close())

const seconds = () => Math.floor(scene.server.clock.now().getTime() / 1000)

async function object(changes: JWTPayload = {}, key = keys.privateKey, typ = 'oauth-authz-req+jwt'): Promise<string> {
  const request = { client_id: app.id, redirect_uri: callback, response_type: 'code', scope: 'openid', state: 'signed' }
  return new SignJWT({ ...request, iss: app.id, aud: scene.base, exp: seconds() + 60, ...changes })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ })
    .sign(key)
}

const errorOf = async (request: string, more: Record<string, string> = {}) => {
  const query = { client_id: app.id, redirect_uri: callback, response_type: 'code', scope: 'openid', request, ...more }
  const response = await fetch(authorizeUrl(scene, query), { redirect: 'manual' })
  const location = response.headers.get('location')
  return location ? new URL(location, scene.base).searchParams.get('error') : response.status
}

test('openid-client signs its request, and only the signed parameters count', async () => {
  const config = await oidc.discovery(new URL(scene.base), app.id, app.secret, undefined, {
    execute: [oidc.allowInsecureRequests],
  })
  const url = await oidc.buildAuthorizationUrlWithJAR(
    config,
    { redirect_uri: callback, scope: 'openid email', state: 'signed', claims: '{"userinfo":{"name":null}}' },
    { key: keys.privateKey, kid: 'k1' },
  )
  url.searchParams.set('state', 'tampered')
  url.searchParams.set('scope', 'openid')
  url.searchParams.set('redirect_uri', 'https://evil.example.com')
  const at = await signInByForm(createBrowser(), url, credentials)
  assert.equal(at.origin + at.pathname, callback)
  const tokens = await oidc.authorizationCodeGrant(config, at, { expectedState: 'signed' })
  assert.equal(tokens.scope ?? 'openid email', 'openid email')
  const info = await oidc.fetchUserInfo(config, tokens.access_token, scene.sub)
  assert.deepEqual(Object.keys(info).sort(), ['email', 'email_verified', 'name', 'sub'])
})

test('an unsigned, forged, old or foreign request object is refused', async () => {
  const others = await generateKeyPair('ES256')
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await object()).split('.')[1]}.`
  for (const [name, text] of Object.entries({
    unsigned: none,
    forged: await object({}, others.privateKey),
    expired: await object({ exp: seconds() - 60 }),
    'without an end': await object({ exp: undefined }),
    'for another server': await object({ aud: 'https://else.example.com' }),
    'by another app': await object({ iss: 'somebody' }),
    'about another app': await object({ client_id: 'somebody' }),
    nested: await object({ request: 'x' }),
    'of another type': await object({}, keys.privateKey, 'client-authentication+jwt'),
    'no JWT': 'x',
  }))
    assert.equal(await errorOf(text), 'invalid_request_object', name)
  for (const typ of ['JWT', 'application/oauth-authz-req+jwt'])
    assert.equal(await errorOf(await object({ prompt: 'none' }, keys.privateKey, typ)), 'login_required', typ)
})

test('the parameters of a valid one are checked like any request', async () => {
  assert.equal(await errorOf(await object({ scope: 'openid what' })), 'invalid_scope')
  assert.equal(await errorOf(await object({ redirect_uri: 'https://evil.example.com' })), 400)
  assert.equal(await errorOf(await object({ prompt: 'none' })), 'login_required')
})

test('a signed request can be pushed', async () => {
  const push = async (request: string) => {
    const body = new URLSearchParams({ client_id: app.id, client_secret: app.secret, request })
    const response = await fetch(`${scene.base}/oauth2/par`, { method: 'POST', body })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }
  const { body } = await push(await object({ state: 'pushed' }))
  const url = authorizeUrl(scene, { client_id: app.id, request_uri: body.request_uri! })
  const at = await signInByForm(createBrowser(), new URL(url), credentials)
  assert.equal(at.searchParams.get('state'), 'pushed')
  assert.equal((await push('x')).status, 400)
})

test('an app that has to sign its requests begins no sign-in otherwise', async () => {
  const { Extensions } = await scene.admin.getClientExtensions({ UserPoolId: scene.poolId, ClientId: app.id })
  const signing = await scene.client(
    { GenerateSecret: true },
    { Jwks: Extensions!.Standards!.Jwks, RequireSignedRequestObject: true, RequestObjectSigningAlg: 'ES256' },
  )
  const query = { client_id: signing.id, redirect_uri: callback, response_type: 'code', scope: 'openid' }
  const plain = await fetch(authorizeUrl(scene, query), { redirect: 'manual' })
  assert.match(plain.headers.get('location')!, /error=invalid_request&/)
  const push = (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: signing.id, client_secret: signing.secret, ...form })
    return fetch(`${scene.base}/oauth2/par`, { method: 'POST', body })
  }
  assert.equal((await push(query)).status, 400)
  const request = await object({ iss: signing.id, client_id: signing.id })
  const pushed = await push({ request })
  assert.equal(pushed.status, 201)
  const { request_uri } = (await pushed.json()) as { request_uri: string }
  for (const signed of [{ request }, { request_uri }] as Record<string, string>[]) {
    const url = authorizeUrl(scene, { client_id: signing.id, ...signed })
    const at = await signInByForm(createBrowser(), new URL(url), credentials)
    assert.equal(at.searchParams.get('state'), 'signed')
  }
})

test('only the algorithm that the app has chosen is taken', async () => {
  const rsa = await generateKeyPair('RS256', { extractable: true })
  const Jwks = { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'k2' }] }
  const { id } = await scene.client({}, { Jwks, RequestObjectSigningAlg: 'PS256' })
  const errorBy = async (alg: string) => {
    const request = { client_id: id, redirect_uri: callback, response_type: 'code', scope: 'openid', prompt: 'none' }
    const key = await importJWK(await exportJWK(rsa.privateKey), alg)
    const text = await new SignJWT({ ...request, iss: id, aud: scene.base, exp: seconds() + 60 })
      .setProtectedHeader({ alg, kid: 'k2' })
      .sign(key)
    return errorOf(text, { client_id: id })
  }
  assert.equal(await errorBy('PS256'), 'login_required')
  assert.equal(await errorBy('RS256'), 'invalid_request_object')
})

test('an app without keys, or where it is off, has none', async () => {
  const plain = await scene.client()
  assert.equal(
    await errorOf(await object({ iss: plain.id, client_id: plain.id }), { client_id: plain.id }),
    'invalid_request_object',
  )
  const off = await scene.client({}, { RequestObjects: false })
  assert.equal(await errorOf('x', { client_id: off.id }), 'request_not_supported')
})
