import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import Koa from 'koa'
import {
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
let annSub: string

before(async () => {
  server = await startOAuthServer()
  poolId = await server.pool()
  base = `${server.site}/${poolId}`
  app = await server.client(poolId)
  annSub = await server.user(poolId, 'ann', { email: 'ann@example.com', email_verified: 'true' })
  await server.user(poolId, 'bob')
})
after(() => server.close())

const request = (more: Record<string, string> = {}) =>
  authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code', state: 's1', ...more })

const sessionOf = (browser: ReturnType<typeof createBrowser>) =>
  browser.cookies().find(({ name }) => name.endsWith('-session'))

const subOf = async (at: URL): Promise<unknown> => {
  const { body } = await exchange(base, at.searchParams.get('code')!, app.id)
  return claimsOf(body.access_token).sub
}

test('an app gets its user’s tokens by a code', async () => {
  const at = await signIn(createBrowser(), request({ scope: 'openid email', nonce: 'n1' }), 'ann')
  assert.equal(at.origin + at.pathname, callback)
  assert.deepEqual([...at.searchParams.keys()], ['code', 'state'])
  assert.equal(at.searchParams.get('state'), 's1')
  const code = at.searchParams.get('code')!
  assert.match(code, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

  const { status, headers, body } = await exchange(base, code, app.id)
  assert.equal(status, 200)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('access-control-allow-origin'), '*')
  assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type'])
  assert.equal(body.token_type, 'Bearer')
  const id = claimsOf(body.id_token!)
  assert.equal(id.nonce, 'n1')
  assert.equal(id.email, 'ann@example.com')
  assert.deepEqual(id.amr, ['pwd'])
  const access = claimsOf(body.access_token)
  assert.equal(access.scope, 'openid email')
  assert.equal(access.sub, annSub)
  assert.equal(access.version, 2)
})

test('without a scope the app gets all that it may have, and without openid no ID token', async () => {
  const all = await exchange(base, (await signIn(createBrowser(), request(), 'ann')).searchParams.get('code')!, app.id)
  assert.equal(claimsOf(all.body.access_token).scope, 'openid email phone profile aws.cognito.signin.user.admin')
  const some = await signIn(
    createBrowser(),
    request({ scope: 'aws.cognito.signin.user.admin', nonce: 'ignored' }),
    'ann',
  )
  const { body } = await exchange(base, some.searchParams.get('code')!, app.id)
  assert.equal(body.id_token, undefined)
  assert.equal(claimsOf(body.access_token).scope, 'aws.cognito.signin.user.admin')
})

test('the login page gets the same query that the app sent', async () => {
  const browser = createBrowser()
  const url = request({ lang: 'de', login_hint: 'ann', state: 'ü &=' })
  const at = await browser.follow(url, (next) => next.pathname.endsWith('/login'))
  assert.deepEqual([...at.searchParams], [...new URL(url).searchParams])
  const page = (await (await browser.get(at.href)).json()) as { parameters: object; redirectOrigin: string }
  assert.deepEqual(page.parameters, Object.fromEntries(new URL(url).searchParams))
  assert.equal(page.redirectOrigin, 'https://app.example.com')
})

test('the implicit flow answers in the fragment, without a refresh token', async () => {
  const at = await signIn(createBrowser(), request({ response_type: 'token', nonce: 'n2' }), 'ann')
  assert.equal(at.search, '')
  const fragment = new URLSearchParams(at.hash.slice(1))
  assert.deepEqual([...fragment.keys()], ['id_token', 'access_token', 'token_type', 'expires_in', 'state'])
  assert.equal(fragment.get('expires_in'), '3600')
  assert.equal(fragment.get('state'), 's1')
  assert.equal(claimsOf(fragment.get('id_token')!).nonce, 'n2')
  const noOpenid = await signIn(
    createBrowser(),
    request({ response_type: 'token', scope: 'aws.cognito.signin.user.admin' }),
    'ann',
  )
  assert.equal(new URLSearchParams(noOpenid.hash.slice(1)).get('id_token'), null)
})

test('an app on a phone gets its code at its own scheme', async () => {
  const uri = 'com.example.app://signed-in/here'
  const phone = await server.client(poolId, { CallbackURLs: [uri, 'http://localhost:3000/cb'] })
  const browser = createBrowser()
  const url = request({ client_id: phone.id, redirect_uri: uri })
  const login = await browser.follow(url, (next) => next.pathname.endsWith('/login'))
  assert.equal(
    ((await (await browser.get(login.href)).json()) as { redirectOrigin: string }).redirectOrigin,
    'com.example.app:',
  )
  const at = await signIn(browser, url, 'ann')
  assert.ok(at.href.startsWith(`${uri}?code=`))
  const { status } = await exchange(base, at.searchParams.get('code')!, phone.id, { redirect_uri: uri })
  assert.equal(status, 200)
  const local = await signIn(browser, request({ client_id: phone.id, redirect_uri: 'http://localhost:3000/cb' }), 'ann')
  assert.equal(local.origin, 'http://localhost:3000')
})

test('a redirect URI that has a query keeps it', async () => {
  const uri = 'https://app.example.com/cb?tenant=a%20b'
  const tenant = await server.client(poolId, { CallbackURLs: [uri] })
  const at = await signIn(createBrowser(), request({ client_id: tenant.id, redirect_uri: uri }), 'ann')
  assert.ok(at.href.startsWith(`${uri}&code=`))
})

test('a signed-in browser gets codes for every app of the pool, for an hour, however often it is used', async () => {
  const browser = createBrowser()
  const other = await server.client(poolId)
  await signIn(browser, request(), 'ann')
  for (const minutes of [29, 29]) {
    server.clock.advance({ minutes })
    const at = await browser.follow(
      request({ client_id: other.id, prompt: 'none' }),
      (url) => url.host !== new URL(base).host,
    )
    assert.ok(at.searchParams.get('code'))
  }
  server.clock.advance({ minutes: 3 })
  const late = await browser.follow(request({ prompt: 'none' }), (url) => url.host !== new URL(base).host)
  assert.deepEqual(Object.fromEntries(late.searchParams), { error: 'login_required', state: 's1' })
})

test('prompt=none without a session is login_required, prompt=login asks again, consent is nobody’s business', async () => {
  const browser = createBrowser()
  const home = new URL(base).host
  const none = await browser.follow(request({ prompt: 'none' }), (url) => url.host !== home)
  assert.deepEqual(Object.fromEntries(none.searchParams), { error: 'login_required', state: 's1' })
  await signIn(browser, request(), 'ann')
  assert.ok((await browser.follow(request({ prompt: 'consent' }), (url) => url.host !== home)).searchParams.get('code'))
  for (const prompt of ['login', 'select_account', 'login select_account']) {
    const login = await browser.follow(request({ prompt }), (url) => url.pathname.endsWith('/login'))
    assert.equal(login.host, home)
    const before = sessionOf(browser)!.value
    assert.equal(await subOf(await signIn(browser, request({ prompt }), 'ann')), annSub)
    assert.notEqual(sessionOf(browser)!.value, before)
  }
})

test('max_age asks again once the sign-in is older', async () => {
  const browser = createBrowser()
  const home = new URL(base).host
  await signIn(browser, request(), 'ann')
  server.clock.advance({ minutes: 5 })
  assert.ok((await browser.follow(request({ max_age: '600' }), (url) => url.host !== home)).searchParams.get('code'))
  const login = await browser.follow(request({ max_age: '60' }), (url) => url.pathname.endsWith('/login'))
  assert.equal(login.host, home)
  assert.equal(await subOf(await signIn(browser, request({ max_age: '60' }), 'ann')), annSub)
})

test('another user can sign in where one is signed in already', async () => {
  const browser = createBrowser()
  await signIn(browser, request(), 'bob')
  const bobs = sessionOf(browser)!.value
  const at = await signIn(browser, request({ prompt: 'login' }), 'ann')
  assert.equal(await subOf(at), annSub)
  assert.notEqual(sessionOf(browser)!.value, bobs)
  const path = sessionOf(browser)!.path
  browser.setCookie(sessionOf(browser)!.name, bobs, path)
  const again = await browser.follow(request({ prompt: 'none' }), (url) => url.host !== new URL(base).host)
  assert.equal(again.searchParams.get('error'), 'login_required')
})

test('several tabs of a browser each finish their own request', async () => {
  const browser = createBrowser()
  const isLogin = (url: URL) => url.pathname.endsWith('/login')
  const tabs = []
  for (const state of ['one', 'two', 'three']) tabs.push(await browser.follow(request({ state }), isLogin))
  for (const [index, state] of [
    [1, 'two'],
    [0, 'one'],
    [2, 'three'],
  ] as const) {
    const tab = tabs[index]!
    const { uid } = (await (await browser.get(tab.href)).json()) as { uid: string }
    const posted = await browser.post(`${tab.origin}${tab.pathname}?as=ann&uid=${uid}`, {})
    assert.equal(posted.status, 303)
    const at = await browser.follow(new URL(posted.headers.get('location')!, tab).href, (url) => url.host !== tab.host)
    assert.equal(at.searchParams.get('state'), state)
  }
})

test('of many open requests the oldest are let go, so that the cookies stay few', async () => {
  const browser = createBrowser()
  for (let tab = 0; tab < 14; tab++) await browser.get(request({ state: `tab${tab}` }))
  const open = browser.cookies().filter(({ name }) => name.includes('-request-'))
  assert.equal(open.length, 10)
  const last = await browser.follow(request({ state: 'tab13' }), (url) => url.pathname.endsWith('/login'))
  assert.equal((await browser.get(last.href)).status, 200)
})

test('the session of a disabled or deleted user gets no code', async () => {
  const disabled = createBrowser()
  const deleted = createBrowser()
  await server.user(poolId, 'cid')
  await server.user(poolId, 'dot')
  await signIn(disabled, request(), 'cid')
  await signIn(deleted, request(), 'dot')
  await server.cognito.adminDisableUser({ UserPoolId: poolId, Username: 'cid' })
  await server.cognito.adminDeleteUser({ UserPoolId: poolId, Username: 'dot' })
  for (const browser of [disabled, deleted]) {
    const at = await browser.follow(request({ prompt: 'none' }), (url) => url.host !== new URL(base).host)
    assert.equal(at.searchParams.get('error'), 'login_required')
  }
})

test('a session outlives a global sign-out, as on the service', async () => {
  const browser = createBrowser()
  await signIn(browser, request(), 'ann')
  await server.cognito.adminUserGlobalSignOut({ UserPoolId: poolId, Username: 'ann' })
  server.clock.advance({ seconds: 1 })
  const at = await browser.follow(request({ prompt: 'none' }), (url) => url.host !== new URL(base).host)
  const { body } = await exchange(base, at.searchParams.get('code')!, app.id)
  const info = await fetch(`${base}/oauth2/userInfo`, { headers: { authorization: `Bearer ${body.access_token}` } })
  assert.equal(info.status, 200)
})

test('signing out ends only this pool’s session, and redirects to a registered address', async () => {
  const otherPool = await server.pool()
  const otherBase = `${server.site}/${otherPool}`
  const otherApp = await server.client(otherPool)
  await server.user(otherPool, 'eve')
  const browser = createBrowser()
  const other = authorizeUrl(otherBase, { client_id: otherApp.id, redirect_uri: callback, response_type: 'code' })
  await signIn(browser, other, 'eve')
  await signIn(browser, request(), 'ann')
  const mine = browser.cookies().find(({ name }) => name === `poolhouse-${poolId}-session`)!
  const stolen = browser.cookies().filter(({ name }) => name.includes(poolId))

  const bye = 'https://app.example.com/bye'
  const left = await browser.get(`${base}/logout?${new URLSearchParams({ client_id: app.id, logout_uri: bye })}`)
  assert.equal(left.status, 302)
  assert.equal(left.headers.get('location'), bye)
  assert.equal(
    browser.cookies().some(({ name }) => name === mine.name),
    false,
  )
  for (const { name, value, path } of stolen) browser.setCookie(name, value, path)
  const away = (url: URL) => url.host !== new URL(base).host
  assert.equal((await browser.follow(request({ prompt: 'none' }), away)).searchParams.get('error'), 'login_required')
  assert.ok((await browser.follow(`${other}&prompt=none`, away)).searchParams.get('code'))
})

test('signing out may lead back to the login page, for another user', async () => {
  const browser = createBrowser()
  await signIn(browser, request(), 'ann')
  const query = { client_id: app.id, redirect_uri: callback, response_type: 'code', state: 'next' }
  const left = await browser.get(`${base}/logout?${new URLSearchParams(query)}`)
  const to = new URL(left.headers.get('location')!, base)
  assert.equal(left.status, 302)
  assert.equal(to.pathname, `/${poolId}/login`)
  const scope = 'openid email phone profile aws.cognito.signin.user.admin'
  assert.deepEqual(Object.fromEntries(to.searchParams), { ...query, scope })
  assert.equal(sessionOf(browser), undefined)
})

const endings: Record<string, (browser: ReturnType<typeof createBrowser>, Username: string) => Promise<unknown>> = {
  'a global sign-out': (_, Username) => server.cognito.adminUserGlobalSignOut({ UserPoolId: poolId, Username }),
  'disabling and enabling the user': async (_, Username) => {
    await server.cognito.adminDisableUser({ UserPoolId: poolId, Username })
    await server.cognito.adminEnableUser({ UserPoolId: poolId, Username })
  },
  'a sign-out with the browser': (browser) =>
    browser.get(
      `${base}/logout?${new URLSearchParams({ client_id: app.id, logout_uri: 'https://app.example.com/bye' })}`,
    ),
}

for (const [ending, end] of Object.entries(endings))
  test(`a code is refused after ${ending}, and the next one works`, async () => {
    const name = `user-${Math.random().toString(36).slice(2)}`
    await server.user(poolId, name)
    const browser = createBrowser()
    const code = (await signIn(browser, request(), name)).searchParams.get('code')!
    await end(browser, name)
    const { status, body } = await exchange(base, code, app.id)
    assert.equal(status, 400)
    assert.equal(body.error, 'invalid_grant')

    const next = (await signIn(createBrowser(), request(), name)).searchParams.get('code')!
    assert.equal((await exchange(base, next, app.id)).status, 200)
  })

test('signing out in one browser does not affect the codes of another', async () => {
  const [one, other] = [createBrowser(), createBrowser()]
  await signIn(one, request(), 'bob')
  const code = (await signIn(other, request(), 'bob')).searchParams.get('code')!
  await endings['a sign-out with the browser']!(one, 'bob')
  assert.equal((await exchange(base, code, app.id)).status, 200)
})

test('no cookie is read by Koa’s own reader, which keeps something of every name forever', async (t) => {
  const request = new IncomingMessage(new Socket())
  const { cookies } = new Koa().createContext(request, new ServerResponse(request))
  const reader = t.mock.method(Object.getPrototypeOf(cookies) as typeof cookies, 'get')
  const browser = createBrowser()
  await signIn(browser, authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code' }), 'ann')
  const again = await browser.follow(
    authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code' }),
    ({ origin }) => origin === new URL(callback).origin,
  )
  assert.ok(again.searchParams.get('code'))
  assert.deepEqual(
    reader.mock.calls.map(({ arguments: [name] }) => name),
    [],
  )
})
