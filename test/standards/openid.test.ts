import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as oidc from 'openid-client'
import { lacksEssential } from '../../src/oauth/assurance.ts'
import type { AcrLevel, Proven } from '../../src/pool/tokens/proven.ts'
import { type Browser, createBrowser } from '../oauth/browser.ts'
import { formIn, sendForm, signInByForm } from '../oauth/login-form.ts'
import { askToken, callback, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/** What the certification of OpenID providers asks of one; names of its modules stand in the names of the tests. */
let scene: Scene
let app: { id: string; secret: string }

before(async () => {
  scene = await startScene()
  app = await scene.client({ GenerateSecret: true })
  const { cognito } = scene.server
  await cognito.adminCreateUser({ UserPoolId: scene.poolId, Username: 'bob', MessageAction: 'SUPPRESS' })
  const Password = credentials.password
  await cognito.adminSetUserPassword({ UserPoolId: scene.poolId, Username: 'bob', Password, Permanent: true })
})
after(() => scene.server.close())

const request = (more: Record<string, string> = {}) => ({
  client_id: app.id,
  redirect_uri: callback,
  response_type: 'code',
  scope: 'openid',
  state: 's',
  ...more,
})
const basic = () => ({ authorization: `Basic ${Buffer.from(`${app.id}:${app.secret}`).toString('base64')}` })

const signIn = (more: Record<string, string> = {}, browser = createBrowser()) =>
  signInByForm(browser, new URL(authorizeUrl(scene, request(more))), credentials)

/** Where the app is told something at once, without a page. */
async function askedAgain(browser: Browser, more: Record<string, string>): Promise<URL> {
  const url = authorizeUrl(scene, request(more))
  const location = (await browser.get(url)).headers.get('location')
  assert.ok(location)
  return new URL(location, url)
}

async function tokensOf(at: URL) {
  const code = at.searchParams.get('code') ?? new URLSearchParams(at.hash.slice(1)).get('code')
  assert.ok(code, at.href)
  const { status, body } = await askToken(
    scene.base,
    { grant_type: 'authorization_code', code, redirect_uri: callback },
    basic(),
  )
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function infoOf(accessToken: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${scene.base}/oauth2/userInfo`, { headers: { authorization: `Bearer ${accessToken}` } })
  return (await response.json()) as Record<string, unknown>
}

const fragmentOf = (at: URL) => new URLSearchParams(at.hash.slice(1))
const halfHash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')

test('discovery tells what the pool has', async () => {
  const response = await fetch(`${scene.base}/.well-known/openid-configuration`)
  const told = (await response.json()) as Record<string, unknown>
  assert.deepEqual(told.scopes_supported, ['openid', 'email', 'phone', 'profile', 'address'])
  assert.ok((told.claims_supported as string[]).includes('custom:shoe'))
  assert.equal(told.claims_parameter_supported, true)
  assert.equal(told.request_parameter_supported, false)
  assert.deepEqual(told.response_modes_supported, ['query', 'fragment', 'form_post'])
  assert.ok((told.response_types_supported as string[]).includes('code id_token'))
  assert.ok((told.acr_values_supported as string[]).includes('urn:cognito:loa:2'))
})

test('oidcc-server: the openid scope alone returns the subject and nothing else', async () => {
  const { id_token, access_token } = await tokensOf(await signIn())
  const claims = claimsOf(id_token!)
  for (const name of ['email', 'name', 'phone_number', 'address', 'custom:shoe']) assert.equal(claims[name], undefined)
  assert.equal(typeof claims.auth_time, 'number')
  assert.deepEqual(await infoOf(access_token), { sub: scene.sub })
})

test('oidcc-scope-profile, -email, -phone, -address, -all: each scope brings its claims, in JSON’s types', async () => {
  const expected: Record<string, object> = {
    profile: { name: 'Ann Example', given_name: 'Ann', 'custom:shoe': '38' },
    email: { email: 'ann@example.com', email_verified: true },
    phone: { phone_number: '+15555550100', phone_number_verified: false },
    address: { address: { formatted: '1 Main Street' } },
  }
  for (const [scope, claims] of Object.entries(expected)) {
    const tokens = await tokensOf(await signIn({ scope: `openid ${scope}` }))
    assert.deepEqual(await infoOf(tokens.access_token), { ...claims, sub: scene.sub })
    const shown = claimsOf(tokens.id_token!)
    for (const [name, value] of Object.entries(claims)) assert.deepEqual(shown[name], value)
  }
  const all = await tokensOf(await signIn({ scope: `openid ${Object.keys(expected).join(' ')}` }))
  assert.deepEqual(await infoOf(all.access_token), {
    ...Object.assign({}, ...Object.values(expected)),
    sub: scene.sub,
  })
  const renewed = await askToken(
    scene.base,
    { grant_type: 'refresh_token', refresh_token: all.refresh_token! },
    basic(),
  )
  assert.deepEqual(claimsOf(renewed.body.id_token!).address, { formatted: '1 Main Street' })
})

test('a client that may not read an attribute gets it by no scope and no request', async () => {
  const narrow = await scene.client({ ReadAttributes: ['name'] })
  const claims = JSON.stringify({ userinfo: { email: { essential: true }, name: null } })
  const query = request({ client_id: narrow.id, scope: 'openid profile', claims })
  const at = await signInByForm(createBrowser(), new URL(authorizeUrl(scene, query)), credentials)
  const { body } = await askToken(scene.base, {
    grant_type: 'authorization_code',
    code: at.searchParams.get('code')!,
    redirect_uri: callback,
    client_id: narrow.id,
  })
  assert.deepEqual(await infoOf(body.access_token), { name: 'Ann Example', sub: scene.sub })
})

test('oidcc-claims-essential: what is asked for by name comes to the place it was asked for, also after a refresh', async () => {
  const claims = JSON.stringify({ userinfo: { name: { essential: true } }, id_token: { email: null, what: null } })
  const tokens = await tokensOf(await signIn({ claims }))
  const id = claimsOf(tokens.id_token!)
  assert.equal(id.email, 'ann@example.com')
  assert.equal(id.name, undefined)
  assert.deepEqual(await infoOf(tokens.access_token), { name: 'Ann Example', sub: scene.sub })
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }
  const { body } = await askToken(scene.base, form, basic())
  assert.equal(claimsOf(body.id_token!).email, 'ann@example.com')
  assert.deepEqual(await infoOf(body.access_token), { name: 'Ann Example', sub: scene.sub })
})

test('a malformed claims parameter is refused, and none can override the service’s own claims', async () => {
  const browser = createBrowser()
  for (const claims of ['{', '[]', '{"userinfo":{"name":1}}', '{"id_token":[]}', `{"x":"${'x'.repeat(5000)}"}`])
    assert.equal((await askedAgain(browser, { claims })).searchParams.get('error'), 'invalid_request', claims)
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`c${index}`, null]))
  const tooMany = await askedAgain(browser, { claims: JSON.stringify({ userinfo: many }) })
  assert.equal(tooMany.searchParams.get('error'), 'invalid_request')
  const sneaky = JSON.stringify({ id_token: { __proto__x: null, constructor: null, iss: { value: 'https://evil' } } })
  const { id_token } = await tokensOf(await signIn({ claims: sneaky }))
  assert.equal(claimsOf(id_token!).iss, scene.base)
})

test('oidcc-userinfo-get, -post-header, -post-body', async () => {
  const { access_token } = await tokensOf(await signIn({ scope: 'openid email' }))
  const url = `${scene.base}/oauth2/userInfo`
  const ann = { email: 'ann@example.com', email_verified: true, sub: scene.sub }
  const posted = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${access_token}` } })
  assert.deepEqual(await posted.json(), ann)
  const inBody = await fetch(url, { method: 'POST', body: new URLSearchParams({ access_token }) })
  assert.deepEqual(await inBody.json(), ann)
  assert.equal((await fetch(`${url}?access_token=${access_token}`)).status, 400)
})

test('oidcc-response-type-missing, and types that there are not', async () => {
  const browser = createBrowser()
  assert.equal((await askedAgain(browser, { response_type: '' })).searchParams.get('error'), 'invalid_request')
  const unknown = await askedAgain(browser, { response_type: 'code what' })
  assert.equal(unknown.searchParams.get('error'), 'unsupported_response_type')
})

test('oidcc-idtoken (implicit): an ID token alone, bound to the nonce', async () => {
  const at = await signIn({ response_type: 'id_token', nonce: 'n', scope: 'openid email' })
  assert.deepEqual([...fragmentOf(at).keys()], ['id_token', 'state', 'iss'])
  const claims = claimsOf(fragmentOf(at).get('id_token')!)
  assert.equal(claims.nonce, 'n')
  assert.equal(claims.at_hash, undefined)
  assert.equal(claims.email, 'ann@example.com')
})

test('the implicit and hybrid types give what they name, with hashes that bind it', async () => {
  const expected: Record<string, string[]> = {
    'id_token token': ['id_token', 'access_token', 'token_type', 'expires_in', 'state', 'iss'],
    'token id_token': ['id_token', 'access_token', 'token_type', 'expires_in', 'state', 'iss'],
    'code id_token': ['code', 'id_token', 'state', 'iss'],
    'code token': ['code', 'access_token', 'token_type', 'expires_in', 'state', 'iss'],
    'code id_token token': ['code', 'id_token', 'access_token', 'token_type', 'expires_in', 'state', 'iss'],
  }
  for (const [response_type, names] of Object.entries(expected)) {
    const at = await signIn({ response_type, nonce: 'n' })
    const fragment = fragmentOf(at)
    assert.equal(at.search, '')
    assert.deepEqual([...fragment.keys()], names, response_type)
    const idToken = fragment.get('id_token')
    if (idToken) {
      const { c_hash, at_hash, sub } = claimsOf(idToken)
      const [code, accessToken] = [fragment.get('code'), fragment.get('access_token')]
      assert.equal(c_hash, code ? halfHash(code) : undefined)
      assert.equal(at_hash, accessToken ? halfHash(accessToken) : undefined)
      assert.equal(sub, scene.sub)
    }
    if (fragment.has('access_token')) assert.equal((await infoOf(fragment.get('access_token')!)).sub, scene.sub)
    if (!fragment.has('code')) continue
    const redeemed = claimsOf((await tokensOf(at)).id_token!)
    assert.equal(redeemed.sub, scene.sub)
    assert.equal(redeemed.nonce, 'n')
  }
})

test('oidcc-ensure-request-without-nonce-fails (implicit, hybrid)', async () => {
  const browser = createBrowser()
  for (const response_type of ['id_token', 'id_token token', 'code id_token', 'code id_token token'])
    assert.equal(fragmentOf(await askedAgain(browser, { response_type })).get('error'), 'invalid_request')
  const noOpenId = await askedAgain(browser, {
    response_type: 'id_token',
    scope: 'aws.cognito.signin.user.admin',
    nonce: 'n',
  })
  assert.equal(fragmentOf(noOpenId).get('error'), 'invalid_request')
})

test('hybrid types need both flows of the client, and tokens never come in the query', async () => {
  const codeOnly = await scene.client({ AllowedOAuthFlows: ['code'] })
  const browser = createBrowser()
  const refused = await askedAgain(browser, { client_id: codeOnly.id, response_type: 'code id_token', nonce: 'n' })
  assert.equal(fragmentOf(refused).get('error'), 'unauthorized_client')
  const query = await askedAgain(browser, { response_type: 'id_token', nonce: 'n', response_mode: 'query' })
  assert.equal(fragmentOf(query).get('error'), 'invalid_request')
})

test('form_post: the browser posts the response to the app, and its values are escaped', async () => {
  const browser = createBrowser()
  await signIn({}, browser)
  const state = '"><script>alert(1)</script>'
  const url = authorizeUrl(
    scene,
    request({ response_mode: 'form_post', response_type: 'code id_token', nonce: 'n', state }),
  )
  const response = await browser.get(url)
  assert.equal(response.status, 200)
  const policy = response.headers.get('content-security-policy')!
  const html = await response.text()
  const [, script] = /<script>(.*?)<\/script>/.exec(html)!
  assert.ok(policy.includes(`'sha256-${createHash('sha256').update(script!).digest('base64')}'`))
  assert.ok(!html.includes('alert(1)</script>'))
  const { action, hidden } = formIn(html.replaceAll('&#39;', "'"))
  assert.equal(action, callback)
  assert.deepEqual(Object.keys(hidden), ['code', 'id_token', 'state', 'iss'])
  const refused = await browser.get(authorizeUrl(scene, request({ response_mode: 'form_post', scope: 'openid what' })))
  assert.match(await refused.text(), /name="error" value="invalid_scope"/)
})

test('form_post after the login page', async () => {
  const browser = createBrowser()
  const url = authorizeUrl(scene, request({ response_mode: 'form_post' }))
  const login = await browser.follow(url, (at) => at.pathname.endsWith('/login'))
  const { action, hidden } = formIn(await (await browser.get(login.href)).text())
  const posted = await browser.post(new URL(action, login).href, { ...hidden, ...credentials })
  assert.equal(posted.status, 200)
  const answer = formIn(await posted.text())
  const { body } = await askToken(
    scene.base,
    { grant_type: 'authorization_code', code: answer.hidden.code!, redirect_uri: callback },
    basic(),
  )
  assert.equal(claimsOf(body.id_token!).sub, scene.sub)
})

test('oidcc-ensure-post-request-succeeds', async () => {
  const response = await createBrowser().post(`${scene.base}/oauth2/authorize`, request())
  assert.equal(response.status, 302)
  assert.match(response.headers.get('location')!, /\/login\?/)
  const { UserPool } = await scene.server.cognito.createUserPool({ PoolName: 'plain' })
  const refused = await createBrowser().post(`${scene.server.url}/${UserPool!.Id}/oauth2/authorize`, request())
  assert.equal(refused.status, 405)
})

test('oidcc-prompt-none-not-logged-in and -logged-in; oidcc-prompt-login', async () => {
  const browser = createBrowser()
  assert.equal((await askedAgain(browser, { prompt: 'none' })).searchParams.get('error'), 'login_required')
  await signIn({}, browser)
  assert.ok((await askedAgain(browser, { prompt: 'none' })).searchParams.get('code'))
  assert.match((await askedAgain(browser, { prompt: 'login' })).pathname, /\/login$/)
})

test('oidcc-max-age-1 and -10000', async () => {
  const browser = createBrowser()
  const first = claimsOf((await tokensOf(await signIn({}, browser))).id_token!)
  const again = await tokensOf(await askedAgain(browser, { max_age: '10000' }))
  assert.equal(claimsOf(again.id_token!).auth_time, first.auth_time)
  scene.server.clock.advance({ seconds: 2 })
  assert.match((await askedAgain(browser, { max_age: '1' })).pathname, /\/login$/)
  assert.equal(
    (await askedAgain(browser, { max_age: '1', prompt: 'none' })).searchParams.get('error'),
    'login_required',
  )
})

test('oidcc-ensure-request-with-acr-values-succeeds: what is not known is passed over, unless it is essential', async () => {
  const browser = createBrowser()
  await signIn({}, browser)
  assert.ok((await askedAgain(browser, { acr_values: '1 2' })).searchParams.get('code'))
  const essential = (values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } })
  assert.ok((await askedAgain(browser, { claims: essential(['urn:cognito:loa:1']) })).searchParams.get('code'))
  const unknown = await askedAgain(browser, { claims: essential(['gold']) })
  assert.equal(unknown.searchParams.get('error'), 'access_denied')
})

test('a level that the app requires is reached, or there is no code, whoever signs in anew', async () => {
  const [low, high] = ['urn:cognito:loa:1', 'urn:cognito:loa:4'] as const
  const request = (values: string[], essential = true) => ({
    claims: JSON.stringify({ id_token: { acr: { essential, values } } }),
  })
  const browser = createBrowser()
  const login = await askedAgain(browser, request([high]))
  assert.match(login.pathname, /\/login$/)
  const refused = await sendForm(browser, login, credentials)
  const page = await browser.get(new URL(refused.headers.get('location')!, login).href)
  assert.match(await page.text(), /This app needs a stronger sign-in than your account is set up for/)
  for (const more of [request([high, low]), request([high], false)])
    assert.equal(claimsOf((await tokensOf(await signIn(more))).id_token!).acr, low)
})

test('what an identity provider has proven is held to that level as well', () => {
  const proven = (level?: AcrLevel): Proven => ({ at: 0, factors: [{ name: 'fed', at: 0, provider: 'idp', level }] })
  const params = (essential: boolean) => ({
    levels: '3 2',
    requested: JSON.stringify({ id_token: { acr: { essential } } }),
  })
  assert.equal(lacksEssential(proven(), params(true)), true)
  assert.equal(lacksEssential(proven(2), params(true)), false)
  assert.equal(lacksEssential(proven(), params(false)), false)
  assert.equal(lacksEssential(proven(), {}), false)
})

test('oidcc-id-token-hint: the app gets the user that it means, or nobody', async () => {
  const browser = createBrowser()
  const { id_token: id_token_hint } = (await tokensOf(await signIn({}, browser))) as { id_token: string }
  assert.ok((await askedAgain(browser, { id_token_hint, prompt: 'none' })).searchParams.get('code'))

  const bobs = createBrowser()
  const asBob = { ...credentials, username: 'bob' }
  await signInByForm(bobs, new URL(authorizeUrl(scene, request())), asBob)
  const other = await askedAgain(bobs, { id_token_hint, prompt: 'none' })
  assert.equal(other.searchParams.get('error'), 'login_required')
  // On the page, too, Bob is not whom the app means.
  const at = await signInByForm(bobs, new URL(authorizeUrl(scene, request({ id_token_hint }))), asBob)
  assert.equal(at.searchParams.get('error'), 'login_required')
  const bySub = await askedAgain(bobs, {
    claims: JSON.stringify({ id_token: { sub: { value: scene.sub } } }),
    prompt: 'none',
  })
  assert.equal(bySub.searchParams.get('error'), 'login_required')
})

test('a hint that is forged, an access token or another app’s is refused', async () => {
  const browser = createBrowser()
  const tokens = await tokensOf(await signIn({}, browser))
  const [head, body] = tokens.id_token!.split('.')
  for (const id_token_hint of ['x', `${head}.${body}.AAAA`, tokens.access_token])
    assert.equal((await askedAgain(browser, { id_token_hint })).searchParams.get('error'), 'invalid_request')
  const foreign = await scene.client()
  const elsewhere = await askedAgain(browser, { id_token_hint: tokens.id_token!, client_id: foreign.id })
  assert.equal(elsewhere.searchParams.get('error'), 'invalid_request')
})

test('oidcc-unsigned-request-object, -request-uri, -registration: refused by their own errors', async () => {
  const browser = createBrowser()
  const refused = async (more: Record<string, string>) => (await askedAgain(browser, more)).searchParams.get('error')
  assert.equal(await refused({ request: 'eyJhbGciOiJub25lIn0.e30.' }), 'request_not_supported')
  assert.equal(await refused({ request_uri: 'https://app.example.com/request' }), 'request_uri_not_supported')
  assert.equal(await refused({ registration: '{}' }), 'registration_not_supported')
})

test('offline_access is ignored, and an unknown scope is refused', async () => {
  const browser = createBrowser()
  const { access_token } = await tokensOf(await signIn({ scope: 'openid offline_access' }, browser))
  assert.equal(claimsOf(access_token).scope, 'openid')
  assert.equal((await askedAgain(browser, { scope: 'openid what' })).searchParams.get('error'), 'invalid_scope')
})

test('the token endpoint refuses clients by 401, and codes by invalid_grant', async () => {
  const code = (await signIn()).searchParams.get('code')!
  const form = { grant_type: 'authorization_code', code, redirect_uri: callback }
  const wrong = { authorization: `Basic ${Buffer.from(`${app.id}:wrong`).toString('base64')}` }
  const refused = await askToken(scene.base, form, wrong)
  assert.equal(refused.status, 401)
  assert.equal(refused.body.error, 'invalid_client')
  assert.match(refused.headers.get('www-authenticate')!, /^Basic /)
  const address = await askToken(scene.base, { ...form, redirect_uri: 'https://app.example.com/other' }, basic())
  assert.deepEqual([address.status, address.body.error], [400, 'invalid_grant'])
  const type = await askToken(scene.base, { grant_type: 'what' }, basic())
  assert.deepEqual([type.status, type.body.error], [400, 'unsupported_grant_type'])
})

test('the token endpoint names the scope, which may be less than what was requested', async () => {
  const tokens = await tokensOf(await signIn({ scope: 'openid offline_access email' }))
  assert.equal(tokens.scope, 'openid email')
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token!, scope: 'openid' }
  assert.equal((await askToken(scene.base, form, basic())).body.scope, 'openid email')
})

test('oidcc-codereuse: a code works once, and its tokens are revoked on the second use', async () => {
  const at = await signIn()
  const { access_token } = await tokensOf(at)
  const code = at.searchParams.get('code')!
  const { body } = await askToken(
    scene.base,
    { grant_type: 'authorization_code', code, redirect_uri: callback },
    basic(),
  )
  assert.equal(body.error, 'invalid_grant')
  assert.equal((await infoOf(access_token)).error, 'invalid_token')
})

test('openid-client signs in by a hybrid type and checks all that binds it', async () => {
  const config = await oidc.discovery(new URL(scene.base), app.id, undefined, oidc.ClientSecretPost(app.secret), {
    execute: [oidc.allowInsecureRequests, oidc.useCodeIdTokenResponseType],
  })
  const [expectedNonce, expectedState] = [oidc.randomNonce(), oidc.randomState()]
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid email',
    nonce: expectedNonce,
    state: expectedState,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const at = await signInByForm(createBrowser(), url, credentials)
  const tokens = await oidc.authorizationCodeGrant(config, at, { expectedNonce, expectedState, pkceCodeVerifier })
  const info = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub)
  assert.equal(info.email_verified, true)
})
