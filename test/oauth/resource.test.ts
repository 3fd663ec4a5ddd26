import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
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

const api = 'https://api.example.com/v1?tenant=a'

let server: OAuthServer
let base: string
let app: { id: string; secret: string }

before(async () => {
  server = await startOAuthServer()
  const poolId = await server.pool()
  base = `${server.site}/${poolId}`
  app = await server.client(poolId)
  await server.user(poolId, 'ann')
})
after(() => server.close())

const request = (more: Record<string, string>) =>
  authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code', state: 's1', ...more })

test('an app binds its access token to a resource, and it stays bound over a refresh', async () => {
  const at = await signIn(createBrowser(), request({ resource: api }), 'ann')
  const { body } = await exchange(base, at.searchParams.get('code')!, app.id)
  assert.equal(claimsOf(body.access_token).aud, api)
  assert.equal(claimsOf(body.id_token!).aud, app.id)

  const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token!, client_id: app.id }
  const refreshed = await askToken(base, form)
  assert.equal(claimsOf(refreshed.body.access_token).aud, api)
})

test('a bound access token is still good for the user info', async () => {
  const at = await signIn(createBrowser(), request({ resource: 'myapp://api' }), 'ann')
  const { body } = await exchange(base, at.searchParams.get('code')!, app.id)
  const headers = { authorization: `Bearer ${body.access_token}` }
  assert.equal((await fetch(`${base}/oauth2/userInfo`, { headers })).status, 200)
})

test('the implicit grant binds too', async () => {
  const url = request({ response_type: 'token', resource: 'http://localhost:3000/api' })
  const at = await signIn(createBrowser(), url, 'ann')
  const { access_token } = Object.fromEntries(new URLSearchParams(at.hash.slice(1)))
  assert.equal(claimsOf(access_token!).aud, 'http://localhost:3000/api')
})

test('without a resource an access token has no audience', async () => {
  for (const more of [{}, { resource: '' }, { audience: api }]) {
    const at = await signIn(createBrowser(), request(more as Record<string, string>), 'ann')
    const { body } = await exchange(base, at.searchParams.get('code')!, app.id)
    assert.equal('aud' in claimsOf(body.access_token), false)
  }
})

test('what is no URL that a token may be bound to is refused', async () => {
  const refused = [
    'api.example.com',
    'http://api.example.com',
    'http://localhost.example.com/',
    `${api}#part`,
    'urn:example:api',
    `https://api.example.com/${'a'.repeat(2000)}`,
  ]
  for (const resource of refused) {
    const response = await createBrowser().get(request({ resource }))
    const at = new URL(response.headers.get('location')!)
    assert.equal(at.origin + at.pathname, callback, resource)
    assert.equal(at.searchParams.get('error'), 'invalid_target', resource)
    assert.equal(at.searchParams.get('state'), 's1')
  }
})

test('several resources at once are refused', async () => {
  const url = `${request({ resource: api })}&resource=${encodeURIComponent('https://other.example.com')}`
  const response = await createBrowser().get(url)
  assert.equal(new URL(response.headers.get('location')!).searchParams.get('error'), 'invalid_request')
})
