import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback } from '../oauth/setup.ts'
import { watchStatements } from '../support/count-statements.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/** What each of these costs the database, on a node that knows pool and client. */
let scene: Scene
let app: { id: string; secret: string }
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let nonce: string | undefined

before(async () => {
  scene = await startScene({ Profile: 'standard' }, { jobs: false })
  app = await scene.client({ GenerateSecret: true })
  keys = await generateKeyPair('ES256')
})
after(() => scene.server.close())

async function proof(url: string, method: string, accessToken?: string): Promise<string> {
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
  const iat = Math.floor(scene.server.clock.now().getTime() / 1000)
  return new SignJWT({ htu: url, htm: method, iat, jti: crypto.randomUUID(), nonce, ath })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(keys.publicKey) })
    .sign(keys.privateKey)
}

async function post(path: string, form: Record<string, string>, dpop?: string) {
  const body = new URLSearchParams({ ...form, client_id: app.id, client_secret: app.secret })
  const response = await fetch(scene.base + path, { method: 'POST', body, ...(dpop && { headers: { dpop } }) })
  nonce = response.headers.get('dpop-nonce') ?? nonce
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

const request = { redirect_uri: callback, response_type: 'code', scope: 'openid email' }
const bound = async (form: Record<string, string>) =>
  post('/oauth2/token', form, await proof(`${scene.base}/oauth2/token`, 'POST'))

async function tokens() {
  await bound({ grant_type: 'refresh_token' })
  const url = authorizeUrl(scene, { client_id: app.id, ...request })
  const code = (await signInByForm(createBrowser(), new URL(url), credentials)).searchParams.get('code')!
  const { body } = await bound({ grant_type: 'authorization_code', code, redirect_uri: callback })
  assert.equal(body.token_type, 'DPoP')
  return body as { access_token: string; refresh_token: string }
}

async function count(run: () => Promise<{ status: number }>): Promise<number> {
  await run()
  const watch = watchStatements(scene.server)
  const { status } = await run()
  assert.ok(status < 300, String(status))
  return watch.take()
}

test('a refresh that is bound to a key costs one statement more than another: that the proof is new', async () => {
  const { refresh_token } = await tokens()
  assert.equal(await count(() => bound({ grant_type: 'refresh_token', refresh_token })), 3)
})

test('userInfo with a proof costs one statement more than without', async () => {
  const { access_token } = await tokens()
  const url = `${scene.base}/oauth2/userInfo`
  const ask = async () => {
    const dpop = await proof(url, 'GET', access_token)
    return fetch(url, { headers: { authorization: `DPoP ${access_token}`, dpop } })
  }
  assert.equal(await count(ask), 2)
})

test('a request is pushed by two statements, and an access token introspected by two', async () => {
  assert.equal(await count(() => post('/oauth2/par', request)), 2)
  const { access_token } = await tokens()
  assert.equal(await count(() => post('/oauth2/introspect', { token: access_token })), 2)
})
