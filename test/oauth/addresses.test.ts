import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer } from '../support/server.ts'
import {
  askToken,
  authorizeUrl,
  callback,
  createBrowser,
  exchange,
  type OAuthServer,
  startOAuthServer,
} from './setup.ts'

/** Behind a proxy that ends TLS: what browsers see is in the forwarded headers alone. */
let server: OAuthServer
let poolId: string
let app: { id: string; secret: string }

before(async () => {
  server = await startOAuthServer(true)
  poolId = await server.pool({ domain: 'shop' })
  app = await server.client(poolId)
  await server.user(poolId, 'ann')
})
after(() => server.close())

const seenAs = (host: string) => ({ 'x-forwarded-proto': 'https', 'x-forwarded-host': host })
const query = (more: Record<string, string> = {}) => ({
  client_id: app.id,
  redirect_uri: callback,
  response_type: 'code',
  ...more,
})

/** Signs in at one of the pool's addresses; every hop is asked of the server behind the proxy. */
async function signInAt(host: string, base: string, browser = createBrowser(seenAs(host))) {
  const toServer = (location: string) => {
    const seen = new URL(location, `https://${host}`)
    assert.equal(seen.origin, `https://${host}`)
    return server.site + seen.pathname + seen.search
  }
  const begun = await browser.get(authorizeUrl(server.site + base, query()))
  const login = toServer(begun.headers.get('location')!)
  const posted = await browser.post(`${login}&as=ann`, {})
  assert.equal(posted.status, 303)
  return { browser, at: new URL(posted.headers.get('location')!) }
}

test('a pool’s domain and its path below the public URL are two origins, with a session each', async () => {
  const domain = await signInAt('shop.auth.localhost', '')
  const path = await signInAt('id.example.com', `/${poolId}`)
  for (const { at } of [domain, path]) assert.ok(at.searchParams.get('code'))

  const cookies = domain.browser.cookies()
  const session = cookies.find(({ name }) => name === `__Host-poolhouse-${poolId}-session`)!
  assert.equal(session.path, '/')
  for (const { attributes } of cookies) assert.match(attributes, /secure/i)
  const inPath = path.browser.cookies().find(({ name }) => name === `__Secure-poolhouse-${poolId}-session`)!
  assert.equal(inPath.path, `/${poolId}/`)
  for (const { attributes, name } of [session, inPath]) {
    assert.match(attributes, /httponly/i, name)
    assert.match(attributes, /secure/i, name)
    assert.match(attributes, /samesite=lax/i, name)
    assert.match(attributes, /expires=/i, name)
    assert.doesNotMatch(attributes, /domain=/i, name)
  }
})

test('apps may ask for tokens at every address of the pool, and at no other pool’s', async () => {
  const { at, browser } = await signInAt('shop.auth.localhost', '')
  const own = seenAs('shop.auth.localhost')
  const form = { grant_type: 'authorization_code', code: at.searchParams.get('code')!, redirect_uri: callback }
  const otherPool = await server.pool({ domain: 'other' })
  for (const [base, headers] of [
    ['', seenAs('other.auth.localhost')],
    ['', seenAs('nobody.auth.localhost')],
    [`/${otherPool}`, seenAs('id.example.com')],
  ] as const) {
    const { body } = await askToken(server.site + base, { ...form, client_id: app.id }, headers)
    assert.deepEqual(body, { error: 'invalid_client' })
  }
  const { status, body } = await askToken(server.site, { ...form, client_id: app.id }, own)
  assert.equal(status, 200)
  assert.equal(body.token_type, 'Bearer')

  const again = await browser.get(authorizeUrl(server.site, query({ prompt: 'none' })))
  const code = new URL(again.headers.get('location')!).searchParams.get('code')!
  assert.equal((await exchange(`${server.site}/${poolId}`, code, app.id)).status, 200)
})

test('a domain shows its own pool alone', async () => {
  const otherPool = await server.pool({ domain: 'third' })
  const browser = createBrowser(seenAs('third.auth.localhost'))
  assert.equal((await browser.get(authorizeUrl(`${server.site}/${poolId}`, query()))).status, 404)
  assert.equal((await browser.get(authorizeUrl(server.site, query()))).status, 400)
  assert.equal((await browser.get(authorizeUrl(`${server.site}/${otherPool}`, query()))).status, 404)
})

test('forwarded headers count from a trusted proxy alone', async () => {
  for (const [trustProxy, secure] of [
    [0, false],
    [1, true],
  ] as const) {
    const own = await startTestServer({ trustProxy })
    try {
      const { UserPool } = await own.cognito.createUserPool({ PoolName: 'proxied' })
      const UserPoolId = UserPool!.Id!
      await own.cognito.createUserPoolDomain({ UserPoolId, Domain: 'proxied' })
      const { UserPoolClient } = await own.cognito.createUserPoolClient({
        UserPoolId,
        ClientName: 'app',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid'],
        CallbackURLs: [callback],
      })
      const url = authorizeUrl(secure ? own.url : `${own.url}/${UserPoolId}`, {
        client_id: UserPoolClient!.ClientId!,
        redirect_uri: callback,
        response_type: 'code',
      })
      const response = await fetch(url, { headers: seenAs('proxied.auth.localhost'), redirect: 'manual' })
      assert.equal(response.status, 302)
      const cookies = response.headers.getSetCookie()
      assert.ok(cookies.length > 0)
      for (const cookie of cookies) {
        assert.equal(/; secure/i.test(cookie), secure, cookie)
        assert.equal(cookie.startsWith('__'), secure, cookie)
      }
    } finally {
      await own.close()
    }
  }
})
