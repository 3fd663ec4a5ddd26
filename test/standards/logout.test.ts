import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { type Browser, createBrowser } from '../oauth/browser.ts'
import { formIn, signInByForm } from '../oauth/login-form.ts'
import { askToken, callback, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

const bye = 'https://app.example.com/bye'

let scene: Scene
let app: { id: string; secret: string }
let other: { id: string; secret: string }
let receiver: Server
let told: { path: string; token: string }[]
let failures: number
let at: string

before(async () => {
  scene = await startScene()
  receiver = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (failures-- > 0) {
      response.writeHead(503).end()
      return
    }
    told.push({ path: request.url!, token: new URLSearchParams(text).get('logout_token')! })
    response.end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, 'localhost', resolve))
  at = `http://localhost:${(receiver.address() as AddressInfo).port}`
  app = await scene.client({ GenerateSecret: true }, { BackChannelLogoutUri: `${at}/app` })
  other = await scene.client({ GenerateSecret: true }, { BackChannelLogoutUri: `${at}/other` })
})
beforeEach(() => {
  told = []
  failures = 0
})
after(async () => {
  receiver?.close()
  await scene.server.close()
})

const configOf = ({ id, secret }: { id: string; secret: string }) =>
  oidc.discovery(new URL(scene.base), id, secret, undefined, { execute: [oidc.allowInsecureRequests] })

async function signIn(browser: Browser, client = app) {
  const config = await configOf(client)
  const url = oidc.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid email', state: 's' })
  const asked = await browser.follow(url.href, (next) => next.pathname.endsWith('/login') || next.host !== url.host)
  const end = asked.host === url.host ? await signInByForm(browser, asked, credentials) : asked
  return { config, tokens: await oidc.authorizationCodeGrant(config, end, { expectedState: 's' }) }
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  const config = await configOf(app)
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid',
    state: 's',
    prompt: 'none',
  })
  return new URL((await browser.get(url.href)).headers.get('location')!).searchParams.has('code')
}

/** What the apps are told of this session, or of all of them; what earlier tests have set off may still arrive. */
async function toldOf(
  sid: unknown,
  count: number,
  sub: unknown = scene.sub,
  at?: string,
): Promise<{ path: string; token: string }[]> {
  for (let waited = 0; ; waited += 20) {
    const found = told.filter(
      ({ path, token }) =>
        (at === undefined || path === at) && claimsOf(token).sid === sid && claimsOf(token).sub === sub,
    )
    if (found.length >= count) return found
    assert.ok(waited < 8000, `${found.length} of ${count} apps were told`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Waits until a notice has failed and is stored to be sent again, then moves on to that time. */
async function retryLater(meanwhile = async () => {}): Promise<void> {
  const { ctx, clock } = scene.server
  const claimed = new Date(ctx.clock.now().getTime() + 10_000)
  const postponed = () =>
    ctx.db.selectFrom('notices').select('id').where('next_attempt_at', '<', claimed).executeTakeFirst()
  for (let waited = 0; !(await postponed()); waited += 20) {
    assert.ok(waited < 8000, 'no notice has failed')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await meanwhile()
  clock.advance({ seconds: 4 })
}

const logoutUrl = (query: Record<string, string>) => `${scene.base}/logout?${new URLSearchParams(query)}`

test('oidcc-rp-initiated-logout: with the ID token of the signed-in user the session ends at once', async () => {
  const browser = createBrowser()
  const { config, tokens } = await signIn(browser)
  const url = oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token!,
    post_logout_redirect_uri: bye,
    state: 'after',
  })
  const response = await browser.get(url.href)
  assert.equal(response.headers.get('location'), `${bye}?state=after`)
  assert.equal(await isSignedIn(browser), false)
})

test('an ID token that has expired is as good, one that is forged or of another app is not', async () => {
  const browser = createBrowser()
  const { tokens } = await signIn(browser)
  const hint = tokens.id_token!
  const [head, body] = hint.split('.')
  for (const query of [
    ...[`${head}.${body}.AAAA`, 'x', tokens.access_token].map((bad) => ({ id_token_hint: bad })),
    { id_token_hint: hint, client_id: other.id },
  ]) {
    const response = await browser.get(logoutUrl(query))
    assert.equal(response.status, 400)
    assert.match(await response.text(), /The id_token_hint is not an ID token of the app/)
  }
  const german = await browser.get(logoutUrl({ id_token_hint: 'x', lang: 'de' }))
  assert.match(await german.text(), /Der id_token_hint ist kein ID-Token der Anwendung/)
  assert.equal(await isSignedIn(browser), true)
  scene.server.clock.advance({ minutes: 61 })
  assert.equal((await browser.get(logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: bye }))).status, 302)
})

test('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri: only to addresses that the app has registered', async () => {
  const browser = createBrowser()
  const { tokens } = await signIn(browser)
  const id_token_hint = tokens.id_token!
  for (const uri of ['https://evil.example.com', `${bye}?a=b`, `${bye}/`, callback]) {
    const response = await browser.get(logoutUrl({ id_token_hint, post_logout_redirect_uri: uri }))
    assert.equal(response.status, 400, uri)
    assert.match(await response.text(), /The post_logout_redirect_uri is not one that the app has registered/)
  }
  const own = await browser.get(logoutUrl({ client_id: app.id, logout_uri: 'https://evil.example.com' }))
  assert.match(await own.text(), /The logout_uri is not one that the app has registered/)
  const german = await browser.get(logoutUrl({ id_token_hint, post_logout_redirect_uri: 'x', lang: 'de' }))
  assert.match(await german.text(), /Die post_logout_redirect_uri ist nicht für die Anwendung eingetragen/)
  const nobodys = await browser.get(logoutUrl({ post_logout_redirect_uri: bye }))
  assert.equal(nobodys.status, 400)
  assert.equal(await isSignedIn(browser), true)
})

test('oidcc-rp-initiated-logout-no-id-token-hint: a link alone has the user asked', async () => {
  const browser = createBrowser()
  await signIn(browser)
  const query = { client_id: app.id, post_logout_redirect_uri: bye, state: '"><script>' }
  const asked = await browser.get(logoutUrl(query))
  assert.equal(asked.status, 303)
  assert.equal(await isSignedIn(browser), true)
  const page = new URL(asked.headers.get('location')!, scene.base)
  const html = await (await browser.get(page.href)).text()
  assert.ok(!html.includes('"><script>'))
  const { action, hidden } = formIn(html)
  assert.equal(hidden.client_id, app.id)
  const done = await browser.post(new URL(action, page).href, { ...hidden, state: 'after' })
  assert.equal(done.status, 200)
  assert.equal(done.headers.get('refresh'), `0; url=${bye}?state=after`)
  assert.equal(await isSignedIn(browser), false)
})

test('a confirmation comes from our own page alone', async () => {
  const browser = createBrowser()
  await signIn(browser)
  const confirmed = { client_id: app.id, confirmed: 'yes' }
  assert.match((await browser.get(logoutUrl(confirmed))).headers.get('location')!, /\/signout\?client_id=[^&]*$/)
  const cookie = browser
    .cookies()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const places = [
    { origin: 'https://evil.example.com' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]
  for (const place of places) {
    const forged = await fetch(`${scene.base}/logout`, {
      method: 'POST',
      body: new URLSearchParams(confirmed),
      headers: { cookie, ...place },
      redirect: 'manual',
    })
    assert.equal(forged.status, 303)
  }
  assert.equal(await isSignedIn(browser), true)
})

test('without an address, or if nobody is signed in, the browser shows that it is signed out', async () => {
  const browser = createBrowser()
  assert.equal((await browser.get(logoutUrl({}))).headers.get('location'), `/${scene.poolId}/signedout`)
  const { tokens } = await signIn(browser)
  const response = await browser.get(logoutUrl({ id_token_hint: tokens.id_token! }))
  assert.equal(response.headers.get('location'), `/${scene.poolId}/signedout`)
})

test('Cognito’s own sign-out stays beside it', async () => {
  const browser = createBrowser()
  await signIn(browser)
  const response = await browser.get(logoutUrl({ client_id: app.id, logout_uri: bye }))
  assert.equal(response.headers.get('location'), bye)
  assert.equal(await isSignedIn(browser), false)
})

test('oidcc-backchannel-rp-initiated-logout: every app of the session is notified with a token that it can verify', async () => {
  const browser = createBrowser()
  const first = await signIn(browser)
  const second = await signIn(browser, other)
  const elsewhere = await signIn(createBrowser(), other)
  const sid = claimsOf(first.tokens.id_token!).sid
  assert.ok(sid)
  assert.equal(claimsOf(second.tokens.id_token!).sid, sid)
  assert.notEqual(claimsOf(elsewhere.tokens.id_token!).sid, sid)
  const renewed = await oidc.refreshTokenGrant(first.config, first.tokens.refresh_token!)
  assert.equal(claimsOf(renewed.id_token!).sid, sid)

  await browser.get(logoutUrl({ id_token_hint: first.tokens.id_token! }))
  const notices = await toldOf(sid, 2)
  assert.deepEqual(notices.map(({ path }) => path).sort(), ['/app', '/other'])
  const keys = createRemoteJWKSet(new URL(`${scene.base}/.well-known/jwks.json`))
  for (const { path, token } of notices) {
    assert.equal(decodeProtectedHeader(token).typ, 'logout+jwt')
    const audience = path === '/app' ? app.id : other.id
    const currentDate = scene.server.clock.now()
    const { payload } = await jwtVerify(token, keys, { issuer: scene.base, audience, currentDate })
    assert.equal(payload.sub, scene.sub)
    assert.equal(payload.sid, sid)
    assert.ok(payload.jti && payload.exp)
    assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} })
    assert.equal(payload.nonce, undefined)
  }
})

test('a global sign-out reaches every app that the user is signed in to, wherever', async () => {
  await signIn(createBrowser())
  await signIn(createBrowser(), other)
  await scene.server.cognito.adminUserGlobalSignOut({ UserPoolId: scene.poolId, Username: 'ann' })
  const notices = await toldOf(undefined, 2)
  assert.deepEqual(notices.map(({ path }) => path).sort(), ['/app', '/other'])
})

test('disabling a user reaches the apps as well', async () => {
  await signIn(createBrowser(), other)
  await scene.server.cognito.adminDisableUser({ UserPoolId: scene.poolId, Username: 'ann' })
  await scene.server.cognito.adminEnableUser({ UserPoolId: scene.poolId, Username: 'ann' })
  const notices = await toldOf(undefined, 1, scene.sub, '/other')
  assert.ok(notices.length > 0)
})

test('deleting a user reaches the apps, by a queue that outlives the user', async () => {
  const UserPoolId = scene.poolId
  const bea = { username: 'bea', password: 'Correct-horse-2' }
  await scene.server.cognito.adminCreateUser({ UserPoolId, Username: bea.username, MessageAction: 'SUPPRESS' })
  await scene.server.cognito.adminSetUserPassword({
    UserPoolId,
    Username: bea.username,
    Password: bea.password,
    Permanent: true,
  })
  const url = authorizeUrl(scene, { client_id: app.id, redirect_uri: callback, response_type: 'code', scope: 'openid' })
  const end = await signInByForm(createBrowser(), new URL(url), bea)
  const form = { grant_type: 'authorization_code', code: end.searchParams.get('code')!, redirect_uri: callback }
  const { body } = await askToken(scene.base, { ...form, client_id: app.id, client_secret: app.secret })
  const { sub } = claimsOf(body.id_token!)
  failures = 1
  await scene.server.cognito.adminDeleteUser({ UserPoolId, Username: bea.username })
  await retryLater()
  const [notice] = await toldOf(undefined, 1, sub)
  assert.equal(notice!.path, '/app')
})

test('revoking the session of a browser reaches its apps', async () => {
  const named = { UserPoolId: scene.poolId, Username: 'ann' }
  const { UserPoolId } = named
  const TokenSession = { MaxPerUser: 20 }
  await scene.server.cognito.setUserPoolSessionConfiguration({
    UserPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession,
  })
  const { tokens } = await signIn(createBrowser())
  const SessionId = claimsOf(tokens.id_token!).sid as string
  const { Sessions } = await scene.server.cognito.adminListUserSessions(named)
  assert.ok(Sessions!.some((session) => session.SessionId === SessionId))
  await scene.server.cognito.adminRevokeUserSession({ ...named, SessionId, RevokeAssociatedSessions: 'LINKED' })
  const [notice] = await toldOf(SessionId, 1)
  assert.equal(notice!.path, '/app')
})

test('an app that fails is tried again, with the same token id, and keeps nobody waiting', async () => {
  const browser = createBrowser()
  const { tokens } = await signIn(browser)
  failures = 1
  const before = Date.now()
  await browser.get(logoutUrl({ id_token_hint: tokens.id_token! }))
  assert.ok(Date.now() - before < 2000)
  await retryLater()
  await toldOf(claimsOf(tokens.id_token!).sid, 1)
})

test('an app for which back-channel logout is switched off gets no token that still waits for it', async () => {
  const BackChannelLogoutUri = `${at}/switched-off`
  const leaving = await scene.client({ GenerateSecret: true }, { BackChannelLogoutUri })
  const browser = createBrowser()
  const { tokens } = await signIn(browser, leaving)
  failures = 1
  await browser.get(logoutUrl({ id_token_hint: tokens.id_token! }))
  await retryLater(async () => {
    const Extensions = { Standards: { BackChannelLogoutUri, BackChannelLogout: false } }
    await scene.admin.putClientExtensions({ UserPoolId: scene.poolId, ClientId: leaving.id, Extensions })
  })
  const { db } = scene.server.ctx
  for (let waited = 0; await db.selectFrom('notices').select('id').executeTakeFirst(); waited += 20) {
    assert.ok(waited < 8000, 'the notice still waits')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.deepEqual(
    told.filter(({ path }) => path === '/switched-off'),
    [],
  )
})

test('a logout token is no ID token: it opens nothing', async () => {
  const browser = createBrowser()
  const { tokens } = await signIn(browser)
  await browser.get(logoutUrl({ id_token_hint: tokens.id_token! }))
  const [notice] = await toldOf(claimsOf(tokens.id_token!).sid, 1)
  assert.equal((await browser.get(logoutUrl({ id_token_hint: notice!.token }))).status, 400)
})

test('oidcc-frontchannel-rp-initiated-logout: the browser visits the page of each app, then goes on', async () => {
  const front = await scene.client({ GenerateSecret: true }, { FrontChannelLogoutUri: `${at}/front?a=b` })
  const browser = createBrowser()
  const { tokens } = await signIn(browser, front)
  const response = await browser.get(logoutUrl({ id_token_hint: tokens.id_token!, post_logout_redirect_uri: bye }))
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('refresh'), `2; url=${bye}`)
  assert.match(response.headers.get('content-security-policy')!, new RegExp(`frame-src ${at};`))
  const [, src] = /<iframe src="([^"]*)"/.exec(await response.text())!
  const page = new URL(src!.replaceAll('&amp;', '&'))
  assert.equal(page.pathname, '/front')
  assert.deepEqual(Object.fromEntries(page.searchParams), {
    a: 'b',
    iss: scene.base,
    sid: claimsOf(tokens.id_token!).sid,
  })
})

test('addresses that are none, or of no app, are refused', async () => {
  const put = (Standards: object) =>
    scene.admin.putClientExtensions({ UserPoolId: scene.poolId, ClientId: app.id, Extensions: { Standards } })
  for (const uri of ['x', 'javascript:alert(1)', 'ftp://app.example.com', 'https://user:pass@app.example.com/'])
    await assert.rejects(put({ BackChannelLogoutUri: uri }), { name: 'InvalidParameterException' }, uri)
  await assert.rejects(put({ FrontChannelLogoutUri: 'data:text/html,x' }), { name: 'InvalidParameterException' })
})
