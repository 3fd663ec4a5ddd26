import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

let scene: Scene
let app: { id: string; secret: string }

before(async () => {
  scene = await startScene({ Profile: 'standard', JwtResponses: true })
  app = await scene.client({ GenerateSecret: true })
})
after(() => scene.server.close())

const request = () => ({
  client_id: app.id,
  redirect_uri: callback,
  response_type: 'code',
  scope: 'openid',
  state: 's',
})

async function verified(response: string) {
  const keys = createRemoteJWKSet(new URL(`${scene.base}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(response, keys, { issuer: scene.base, audience: app.id })
  return payload
}

test('openid-client takes a signed answer, and the code in it', async () => {
  const config = await oidc.discovery(new URL(scene.base), app.id, app.secret, undefined, {
    execute: [oidc.allowInsecureRequests, oidc.useJwtResponseMode],
  })
  const url = oidc.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid', state: 's' })
  assert.equal(url.searchParams.get('response_mode'), 'jwt')
  const at = await signInByForm(createBrowser(), url, credentials)
  assert.deepEqual([...at.searchParams.keys()], ['response'])
  const tokens = await oidc.authorizationCodeGrant(config, at, { expectedState: 's' })
  assert.ok(tokens.id_token)
})

test('a refusal is signed as well, in the fragment or a form where the app wants it there', async () => {
  const refused = (more: Record<string, string>) =>
    fetch(authorizeUrl(scene, { ...request(), prompt: 'none', ...more }), { redirect: 'manual' })
  const at = new URL((await refused({ response_mode: 'fragment.jwt' })).headers.get('location')!)
  const payload = await verified(new URLSearchParams(at.hash.slice(1)).get('response')!)
  assert.deepEqual([payload.error, payload.state], ['login_required', 's'])
  const form = await (await refused({ response_mode: 'form_post.jwt' })).text()
  assert.equal((await verified(/name="response" value="([^"]+)"/.exec(form)![1]!)).error, 'login_required')
})

test('tokens never go to the query, signed or not', async () => {
  const query = { ...request(), response_type: 'id_token', nonce: 'n', response_mode: 'query.jwt' }
  const response = await fetch(authorizeUrl(scene, query), { redirect: 'manual' })
  assert.match(response.headers.get('location') ?? '', /invalid_request|response=/)
  assert.doesNotMatch(response.headers.get('location')!, /id_token=/)
})

test('a client without the part is refused the mode', async () => {
  const plain = await scene.client({}, { JwtResponses: false })
  const query = { ...request(), client_id: plain.id, response_mode: 'jwt' }
  const response = await fetch(authorizeUrl(scene, query), { redirect: 'manual' })
  assert.equal(new URL(response.headers.get('location')!).searchParams.get('error'), 'invalid_request')
})
