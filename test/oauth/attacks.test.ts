import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser } from './browser.ts'
import {
  askToken,
  authorizeUrl,
  callback,
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
/** Signed in, so that whatever is let through ends in a code. */
let browser: Browser

before(async () => {
  server = await startOAuthServer()
  poolId = await server.pool()
  base = `${server.site}/${poolId}`
  app = await server.client(poolId, { CallbackURLs: [callback, 'http://localhost:3000/cb'] })
  await server.user(poolId, 'ann')
  await server.user(poolId, 'mallory')
  browser = createBrowser()
  await signIn(browser, request(), 'ann')
})
after(() => server.close())

const request = (more: Record<string, string> = {}) =>
  authorizeUrl(base, { client_id: app.id, redirect_uri: callback, response_type: 'code', ...more })

const codeOf = async (more: Record<string, string> = {}): Promise<string> => {
  const at = await browser.follow(request(more), (url) => url.host !== new URL(base).host)
  return at.searchParams.get('code')!
}

const pkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, code_challenge: createHash('sha256').update(verifier).digest('base64url') }
}

async function assertShown(response: Response, text: RegExp): Promise<void> {
  assert.equal(response.status, 400)
  assert.equal(response.headers.get('location'), null)
  assert.match(await response.text(), text)
}

test('no browser is sent to an address that is not registered, character by character', async () => {
  const addresses = [
    'https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/callback/',
    'https://app.example.com/callback/../evil',
    'https://app.example.com/callback/..%2fevil',
    'https://app.example.com/./callback',
    'https://app.example.com/%63allback',
    'https://app.example.com/Callback',
    'https://APP.example.com/callback',
    'HTTPS://app.example.com/callback',
    'http://app.example.com/callback',
    'https://app.example.com:443/callback',
    'https://app.example.com:8443/callback',
    'https://app.example.com/callback?x=1',
    'https://app.example.com/callback#x',
    'https://app.example.com/callback#',
    'https://app.example.com/callback;x',
    'https://app.example.com/callback ',
    ' https://app.example.com/callback',
    'https://app.example.com/callback\u0000',
    'https://app.example.com\\@evil.example/callback',
    'https://app.example.com@evil.example/callback',
    'https://user@app.example.com/callback',
    'https://app.example.com.evil.example/callback',
    'https://evil.example/callback',
    'https://evil.example/?https://app.example.com/callback',
    '//app.example.com/callback',
    '/callback',
    'http://localhost:3001/cb',
    'http://localhost/cb',
    'http://127.0.0.1:3000/cb',
    'http://[::1]:3000/cb',
    'javascript:alert(1)//https://app.example.com/callback',
    'data:text/html,x',
    '',
  ]
  for (const redirect_uri of addresses) {
    const others: Record<string, string>[] = [
      {},
      { prompt: 'none' },
      { response_type: 'token' },
      { response_type: 'x' },
    ]
    for (const more of others) {
      await assertShown(await browser.get(request({ redirect_uri, ...more })), /redirect_mismatch/)
    }
  }
  const none = authorizeUrl(base, { client_id: app.id, response_type: 'code' })
  await assertShown(await browser.get(none), /redirect_mismatch/)
  await assertShown(await browser.get(`${request()}&redirect_uri=https%3A%2F%2Fevil.example`), /redirect_mismatch/)
})

test('an unknown app, or one of another pool, is refused in place', async () => {
  const otherPool = await server.pool()
  const foreign = await server.client(otherPool)
  for (const client_id of ['', 'unknown', foreign.id, 'x'.repeat(5000), `${app.id}\u0000`]) {
    await assertShown(await browser.get(request({ client_id })), /client_id/)
  }
  await assertShown(await browser.get(`${request()}&client_id=${app.id}`), /client_id/)
})

test('other errors of a request are reported to the app', async () => {
  const codeOnly = await server.client(poolId, { AllowedOAuthFlows: ['code'] })
  const implicitOnly = await server.client(poolId, { AllowedOAuthFlows: ['implicit'] })
  const noOAuth = await server.client(poolId, {
    AllowedOAuthFlowsUserPoolClient: false,
    AllowedOAuthFlows: undefined,
    AllowedOAuthScopes: undefined,
  })
  const { code_challenge } = pkce()
  const cases: [Record<string, string>, string][] = [
    [{ response_type: '' }, 'invalid_request'],
    [{ response_type: 'id_token' }, 'invalid_request'],
    [{ response_type: 'code token' }, 'invalid_request'],
    [{ response_type: 'none' }, 'invalid_request'],
    [{ response_type: 'token', client_id: codeOnly.id }, 'unauthorized_client'],
    [{ client_id: implicitOnly.id }, 'unauthorized_client'],
    [{ client_id: noOAuth.id }, 'unauthorized_client'],
    [{ scope: 'openid nothing/here' }, 'invalid_scope'],
    [{ scope: 'offline_access' }, 'invalid_scope'],
    [{ scope: 'openid "\\' }, 'invalid_scope'],
    [{ code_challenge }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge, code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ prompt: 'create' }, 'invalid_request'],
    [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    [{ request_uri: 'https://evil.example/request' }, 'request_uri_not_supported'],
    [{ response_mode: 'form_post' }, 'invalid_request'],
    [{ response_mode: 'web_message' }, 'invalid_request'],
    [{ response_mode: 'fragment' }, 'invalid_request'],
    [{ response_type: 'token', response_mode: 'query' }, 'invalid_request'],
    [{ max_age: '-1', scope: 'openid' }, 'invalid_request'],
    [{ nonce: '\u0000', scope: 'openid' }, 'invalid_request'],
  ]
  for (const [more, error] of cases) {
    const response = await browser.get(request({ state: 'kept', ...more }))
    assert.equal(response.status, 302, JSON.stringify(more))
    const to = new URL(response.headers.get('location')!)
    assert.equal(to.origin + to.pathname, callback, JSON.stringify(more))
    const fragment = new URLSearchParams(to.hash.slice(1))
    const told = more.response_type === 'token' ? fragment : to.searchParams
    assert.equal(fragment.size + to.searchParams.size, told.size, 'in one place')
    const description = told.get('error_description')
    assert.equal(description === 'invalid_scope' ? description : told.get('error'), error, JSON.stringify(more))
    assert.equal(told.get('state'), 'kept')
    assert.equal(told.get('code'), null)
    assert.equal(told.get('iss'), null)
  }
  const twice = await browser.get(`${request({ state: 'a' })}&state=b`)
  assert.equal(new URL(twice.headers.get('location')!).searchParams.get('error'), 'invalid_request')
})

test('a request may be long, but not without end', async () => {
  const state = 'x'.repeat(4000)
  const at = await browser.follow(request({ state }), (url) => url.host !== new URL(base).host)
  assert.equal(at.searchParams.get('state'), state)
  assert.equal((await browser.get(request({ state: 'x'.repeat(9000) }))).status, 414)
})

test('only GET begins a request, so that nothing else spends a code', async () => {
  for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await fetch(request({ prompt: 'none' }), { method, redirect: 'manual' })
    assert.equal(response.status, 405, method)
    assert.equal(response.headers.get('access-control-allow-origin'), null)
  }
})

test('a code works once; its second use ends the session that the first one began', async () => {
  const code = await codeOf({ scope: 'openid' })
  const { body } = await exchange(base, code, app.id)
  const info = () => fetch(`${base}/oauth2/userInfo`, { headers: { authorization: `Bearer ${body.access_token}` } })
  assert.equal((await info()).status, 200)

  const replayed = await exchange(base, code, app.id)
  assert.equal(replayed.status, 400)
  assert.deepEqual(replayed.body, { error: 'invalid_grant' })
  assert.equal((await info()).status, 401)
  const refreshed = await askToken(base, {
    grant_type: 'refresh_token',
    refresh_token: body.refresh_token!,
    client_id: app.id,
  })
  assert.deepEqual(refreshed.body, { error: 'invalid_grant' })
})

test('of many uses of one code at once, none is left with living tokens', async () => {
  const code = await codeOf({ scope: 'openid' })
  const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(base, code, app.id)))
  const won = answers.filter(({ status }) => status === 200)
  assert.ok(won.length <= 1)
  for (const { body } of won) {
    const info = await fetch(`${base}/oauth2/userInfo`, { headers: { authorization: `Bearer ${body.access_token}` } })
    assert.equal(info.status, 401)
  }
})

test('a code is for five minutes', async () => {
  const early = await codeOf()
  server.clock.advance({ seconds: 290 })
  assert.equal((await exchange(base, early, app.id)).status, 200)
  const late = await codeOf()
  server.clock.advance({ seconds: 301 })
  assert.deepEqual((await exchange(base, late, app.id)).body, { error: 'invalid_grant' })
})

test('a code is for the app that asked for it, in its pool, with its address', async () => {
  await signIn(browser, request({ prompt: 'login' }), 'ann')
  const other = await server.client(poolId)
  const secretive = await server.client(poolId, { GenerateSecret: true })
  const otherPool = await server.pool()
  const foreign = await server.client(otherPool)
  const code = await codeOf()

  assert.deepEqual((await exchange(base, code, other.id)).body, { error: 'invalid_grant' })
  const injected = await exchange(base, code, secretive.id, { client_secret: secretive.secret })
  assert.deepEqual(injected.body, { error: 'invalid_grant' })
  const elsewhere = `${server.site}/${otherPool}`
  assert.deepEqual((await exchange(elsewhere, code, foreign.id)).body, { error: 'invalid_grant' })
  assert.deepEqual((await exchange(elsewhere, code, app.id)).body, { error: 'invalid_client' })
  assert.deepEqual((await exchange(base, code, foreign.id)).body, { error: 'invalid_client' })
  for (const redirect_uri of ['http://localhost:3000/cb', `${callback}/`, 'https://evil.example']) {
    const { status, body } = await exchange(base, code, app.id, { redirect_uri })
    assert.equal(status, 400)
    assert.deepEqual(body, { error: 'unauthorized_client', error_description: 'invalid_redirect' })
  }
  // None of these was the app itself: its code still works.
  assert.equal((await exchange(base, code, app.id)).status, 200)
})

test('a challenge binds the code to its verifier, and there is no way down from it', async () => {
  const { verifier, code_challenge } = pkce()
  const code = await codeOf({ code_challenge, code_challenge_method: 'S256' })
  const wrong = [undefined, '', 'x'.repeat(43), code_challenge, `${verifier}A`, verifier.slice(1), 'x'.repeat(129)]
  for (const code_verifier of wrong) {
    const { body } = await exchange(base, code, app.id, code_verifier === undefined ? {} : { code_verifier })
    assert.deepEqual(body, { error: 'invalid_grant' }, code_verifier)
  }
  assert.equal((await exchange(base, code, app.id, { code_verifier: verifier })).status, 200)

  const unbound = await codeOf()
  const { body } = await exchange(base, unbound, app.id, { code_verifier: verifier })
  assert.deepEqual(body, { error: 'invalid_grant' })
})

test('one browser can’t finish, or see, what another one was sent to the login page for', async () => {
  const mine = createBrowser()
  const login = await mine.follow(request({ state: 'mine' }), (url) => url.pathname.endsWith('/login'))
  const { uid } = (await (await mine.get(login.href)).json()) as { uid: string }

  const theirs = createBrowser()
  await theirs.follow(request({ state: 'theirs' }), (url) => url.pathname.endsWith('/login'))
  const page = `${login.origin}${login.pathname}`
  assert.equal((await theirs.get(`${page}?uid=${uid}`)).status, 403)
  assert.equal((await theirs.post(`${page}?uid=${uid}&as=ann`, {})).status, 403)
  assert.equal((await theirs.get(login.href)).status, 403)
  const resumed = await theirs.get(`${base}/oauth2/authorize/${uid}`)
  await assertShown(resumed, /did not begin it/)
  assert.equal(
    resumed.headers.getSetCookie().some((cookie) => cookie.includes('-session=')),
    false,
  )
})

test('the way back from the login page gives no code before the sign-in, and works once', async () => {
  const mine = createBrowser()
  const isLogin = (url: URL) => url.pathname.endsWith('/login')
  const login = await mine.follow(request({ state: 'mine' }), isLogin)
  const { uid } = (await (await mine.get(login.href)).json()) as { uid: string }
  const back = `${base}/oauth2/authorize/${uid}`
  assert.ok(isLogin(await mine.follow(back, (url) => isLogin(url) || url.host !== login.host)))

  const again = await mine.follow(request({ state: 'again' }), isLogin)
  const before = [...mine.cookies()]
  const posted = await mine.post(`${again.href}&as=ann`, {})
  assert.equal(posted.status, 303)
  const done = new URL(posted.headers.get('location')!)
  assert.equal(done.origin + done.pathname, callback)
  assert.ok(done.searchParams.get('code'))
  assert.equal((await mine.post(`${again.href}&as=ann`, {})).status, 403, 'the browser is at it no more')
  const { uid: spent } = { uid: before.find(({ value }) => value !== uid && value.length > 20)!.value }
  await assertShown(await mine.get(`${base}/oauth2/authorize/${spent}`), /did not begin it/)
  const replay = createBrowser()
  for (const { name, value, path } of before) replay.setCookie(name, value, path)
  assert.equal((await replay.post(`${again.href}&as=ann`, {})).status, 403, 'nor is anybody with its cookies')
  await assertShown(await replay.get(`${base}/oauth2/authorize/${spent}`), /did not begin it/)
})

test('of many that finish one request at once, one gets a code', async () => {
  const mine = createBrowser()
  const login = await mine.follow(request({ state: 'once' }), (url) => url.pathname.endsWith('/login'))
  const cookies = [...mine.cookies()]
  const finish = async () => {
    const browser = createBrowser()
    for (const { name, value, path } of cookies) browser.setCookie(name, value, path)
    const response = await browser.post(`${login.href}&as=ann`, {})
    const to = response.headers.get('location') ?? ''
    const hasSession = response.headers.getSetCookie().some((line) => /-session=[^;]/.test(line))
    assert.equal(hasSession, to.startsWith(callback))
    return to.startsWith(`${callback}?code=`)
  }
  const finished = await Promise.all(Array.from({ length: 8 }, finish))
  assert.equal(finished.filter(Boolean).length, 1)
})

test('a session that an attacker has planted is not the one that the victim signs in to', async () => {
  const attacker = createBrowser()
  await signIn(attacker, request(), 'mallory')
  const planted = attacker.cookies().find(({ name }) => name.endsWith('-session'))!
  for (const value of [planted.value, randomBytes(16).toString('base64url')]) {
    const victim = createBrowser()
    victim.setCookie(planted.name, value, planted.path)
    await signIn(victim, request({ prompt: 'login' }), 'ann')
    const own = victim.cookies().find(({ name }) => name === planted.name)!
    assert.notEqual(own.value, value)
    const stale = createBrowser()
    stale.setCookie(planted.name, value, planted.path)
    const at = await stale.follow(request({ prompt: 'none' }), (url) => url.host !== new URL(base).host)
    assert.equal(at.searchParams.get('error'), 'login_required')
  }
})

test('a session is of one pool, whatever its cookie is called', async () => {
  const otherPool = await server.pool()
  const otherApp = await server.client(otherPool)
  const session = browser.cookies().find(({ name }) => name.endsWith('-session'))!
  const moved = createBrowser()
  moved.setCookie(session.name.replace(poolId, otherPool), session.value, `/${otherPool}/`)
  const query = { client_id: otherApp.id, redirect_uri: callback, response_type: 'code', prompt: 'none' }
  const at = await moved.follow(
    authorizeUrl(`${server.site}/${otherPool}`, query),
    (url) => url.hostname !== 'localhost',
  )
  assert.equal(at.searchParams.get('error'), 'login_required')
})

test('signing out is no open redirect, and does nothing where it is refused', async () => {
  const bye = 'https://app.example.com/bye'
  const refused: Record<string, string>[] = [
    {},
    { client_id: app.id },
    { client_id: 'unknown', logout_uri: bye },
    { logout_uri: bye },
    { client_id: app.id, logout_uri: 'https://evil.example' },
    { client_id: app.id, logout_uri: `${bye}/../x` },
    { client_id: app.id, logout_uri: `${bye}@evil.example` },
    { client_id: app.id, logout_uri: callback },
    { client_id: app.id, logout_uri: '' },
    { client_id: app.id, redirect_uri: 'https://evil.example', response_type: 'code' },
    { client_id: app.id, redirect_uri: bye, response_type: 'code' },
    { client_id: app.id, redirect_uri: callback },
    // The sign-out address wins over the other, so that a wrong one is not saved by a right one.
    { client_id: app.id, logout_uri: 'https://evil.example', redirect_uri: callback, response_type: 'code' },
  ]
  for (const query of refused) {
    const response = await browser.get(`${base}/logout?${new URLSearchParams(query)}`)
    assert.equal(response.status, 400, JSON.stringify(query))
    assert.equal(response.headers.get('location'), null)
  }
  const twice = `${base}/logout?client_id=${app.id}&logout_uri=${bye}&logout_uri=https://evil.example`
  assert.equal((await browser.get(twice)).status, 400)
  assert.ok(await codeOf({ prompt: 'none' }))
})

test('nothing that was stored can be read in the database', async () => {
  await codeOf({ state: 'a-very-telling-state' })
  const rows = await server.ctx.db.selectFrom('oauth_records').selectAll().execute()
  assert.ok(rows.length > 0)
  const session = browser.cookies().find(({ name }) => name.endsWith('-session'))!.value
  for (const row of rows) {
    const text = JSON.stringify(row) + row.sealed.toString('latin1') + row.id_hash.toString('latin1')
    assert.equal(text.includes('telling'), false)
    assert.equal(text.includes(session), false)
  }
})
