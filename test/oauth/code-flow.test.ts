import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  askToken,
  authorizeUrl,
  callback,
  claimsOf,
  createBrowser,
  type OAuthServer,
  signIn,
  startOAuthServer,
} from './setup.ts'

let server: OAuthServer
let poolId: string
let base: string
let app: { id: string; secret: string }

before(async () => {
  server = await startOAuthServer()
  poolId = await server.pool()
  base = `${server.site}/${poolId}`
  app = await server.client(poolId)
  await server.user(poolId, 'ann', { email: 'ann@example.com', email_verified: 'true' })
  await server.user(poolId, 'bob')
})
after(() => server.close())

const request = (more: Record<string, string> = {}) =>
  authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code', state: 's1', ...more })

test('an app gets its user’s tokens by a code', async () => {
  const at = await signIn(createBrowser(), request({ scope: 'openid email', nonce: 'n1' }), 'ann')
  assert.equal(at.origin + at.pathname, callback)
  assert.deepEqual([...at.searchParams.keys()], ['code', 'state'])
  assert.equal(at.searchParams.get('state'), 's1')
  const code = at.searchParams.get('code')!
  assert.match(code, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

  const { status, headers, body } = await askToken(base, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback,
    client_id: app.id,
  })
  assert.equal(status, 200)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('access-control-allow-origin'), '*')
  assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type'])
  assert.equal(body.token_type, 'Bearer')
  const id = claimsOf(body.id_token!)
  assert.equal(id.nonce, 'n1')
  assert.equal(id.email, 'ann@example.com')
  assert.equal(claimsOf(body.access_token).scope, 'openid email')
})
