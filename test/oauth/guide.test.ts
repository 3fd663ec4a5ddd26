/** The literal requests and answers of the developer guide's pages on the endpoints of a domain. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
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

const home = 'https://www.example.com'
const scopes = 'openid profile aws.cognito.signin.user.admin'

let server: OAuthServer
let poolId: string
let base: string
let app: { id: string; secret: string }
let confidential: { id: string; secret: string }

before(async () => {
  server = await startOAuthServer()
  poolId = await server.pool()
  base = `${server.site}/${poolId}`
  app = await server.client(poolId, { CallbackURLs: [home], LogoutURLs: [`${home}/welcome`] })
  confidential = await server.client(poolId, {
    GenerateSecret: true,
    CallbackURLs: ['com.myclientapp://myclient/redirect'],
  })
  await server.user(poolId, 'bob', {
    email: 'bob@example.com',
    email_verified: 'true',
    phone_number: '+12065551212',
    phone_number_verified: 'true',
  })
})
after(() => server.close())

const request = (more: Record<string, string> = {}) =>
  authorizeUrl(base, { response_type: 'code', client_id: app.id, redirect_uri: home, state: 'abcdefg', ...more })

const basic = ({ id, secret }: { id: string; secret: string }) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

async function locationOf(url: string): Promise<URL> {
  const response = await createBrowser().get(url)
  assert.equal(response.status, 302, await response.text())
  return new URL(response.headers.get('location')!, url)
}

test('authorize: a code grant, with and without PKCE', async () => {
  const at = await signIn(createBrowser(), request({ scope: scopes }), 'bob')
  assert.match(at.href, /^https:\/\/www\.example\.com\/\?code=[\da-f-]{36}&state=abcdefg$/)
  const code_challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url')
  const pkce = { scope: 'aws.cognito.signin.user.admin', code_challenge_method: 'S256', code_challenge }
  const bound = await signIn(createBrowser(), request(pkce), 'bob')
  assert.match(bound.href, /^https:\/\/www\.example\.com\/\?code=[\da-f-]{36}&state=abcdefg$/)
})

test('authorize: prompt=login leads to the login page with the same parameters, prompt=none to the app', async () => {
  const login = await locationOf(request({ scope: scopes, prompt: 'login' }))
  assert.equal(login.pathname, `/${poolId}/login`)
  assert.deepEqual(Object.fromEntries(login.searchParams), {
    response_type: 'code',
    client_id: app.id,
    redirect_uri: home,
    state: 'abcdefg',
    scope: scopes,
    prompt: 'login',
  })
  const none = await locationOf(request({ scope: scopes, prompt: 'none' }))
  assert.equal(none.href, `${home}/?error=login_required&state=abcdefg`)
  const browser = createBrowser()
  await signIn(browser, request(), 'bob')
  const silent = await browser.get(request({ scope: scopes, prompt: 'none' }))
  assert.match(silent.headers.get('location')!, /^https:\/\/www\.example\.com\?code=[\da-f-]{36}&state=abcdefg$/)
})

test('authorize: implicit grants answer in the fragment, with an ID token for openid alone', async () => {
  const names = async (scope: string) => {
    const at = await signIn(createBrowser(), request({ response_type: 'token', scope }), 'bob')
    return [...new URLSearchParams(at.hash.slice(1)).keys()]
  }
  assert.deepEqual(await names('aws.cognito.signin.user.admin'), ['access_token', 'token_type', 'expires_in', 'state'])
  assert.deepEqual(await names('aws.cognito.signin.user.admin openid profile'), [
    'id_token',
    'access_token',
    'token_type',
    'expires_in',
    'state',
  ])
})

test('authorize: refusals stand in the query, or in the fragment where tokens were asked for there', async () => {
  const codeOnly = await server.client(poolId, { CallbackURLs: [home], AllowedOAuthFlows: ['code'] })
  const lessScopes = await server.client(poolId, { CallbackURLs: [home], AllowedOAuthScopes: ['openid', 'email'] })
  const cases: [Record<string, string>, Record<string, string>][] = [
    [{ response_type: '' }, { error: 'invalid_request' }],
    [{ code_challenge: 'x'.repeat(43) }, { error: 'invalid_request' }],
    [{ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, { error: 'invalid_request' }],
    [{ response_type: 'token', client_id: codeOnly.id }, { error: 'unauthorized_client' }],
    [
      { scope: 'openid phone', client_id: lessScopes.id },
      { error: 'invalid_request', error_description: 'invalid_scope' },
    ],
    [{ scope: 'openid offline_access' }, { error: 'invalid_request', error_description: 'invalid_scope' }],
    [
      { scope: 'openid phone', client_id: lessScopes.id, response_type: 'token' },
      { error: 'invalid_request', error_description: 'invalid_scope' },
    ],
    [{ response_type: 'token', prompt: 'none' }, { error: 'login_required' }],
  ]
  for (const [more, expected] of cases) {
    const at = await locationOf(request(more))
    const inFragment = more.response_type === 'token'
    const told = Object.fromEntries(inFragment ? new URLSearchParams(at.hash.slice(1)) : at.searchParams)
    assert.equal(inFragment ? at.search : at.hash, '')
    assert.equal(told.state, 'abcdefg')
    assert.equal(told.error, expected.error, JSON.stringify(more))
    if (expected.error_description) assert.equal(told.error_description, expected.error_description)
  }
})

test('authorize: email, phone and profile are scopes of an ID token, which openid asks for', async () => {
  for (const scope of ['email', 'phone', 'profile', 'aws.cognito.signin.user.admin email']) {
    const at = await locationOf(request({ scope }))
    assert.equal(at.searchParams.get('error_description'), 'invalid_scope', scope)
  }
  const withoutOpenId = await server.client(poolId, { CallbackURLs: [home], AllowedOAuthScopes: ['email'] })
  assert.match((await locationOf(request({ client_id: withoutOpenId.id }))).pathname, /\/login$/, 'all that it has')
})

test('authorize: without a redirect_uri it is the default one, or the only one, and never a guess', async () => {
  const two = [home, callback]
  const withDefault = await server.client(poolId, { CallbackURLs: two, DefaultRedirectURI: callback })
  const withoutDefault = await server.client(poolId, { CallbackURLs: two })
  const url = (id: string) => authorizeUrl(base, { response_type: 'code', client_id: id, state: 's' })

  const at = await signIn(createBrowser(), url(withDefault.id), 'bob')
  assert.equal(at.origin + at.pathname, callback)
  const { status } = await exchange(base, at.searchParams.get('code')!, withDefault.id)
  assert.equal(status, 200)
  assert.equal((await signIn(createBrowser(), url(app.id), 'bob')).origin, home)
  const refused = await createBrowser().get(url(withoutDefault.id))
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /redirect_mismatch/)
})

test('the links of the guide that end with a slash, or leave out /oauth2, lead to the same place', async () => {
  const query = new URL(request()).search
  for (const path of ['oauth2/authorize/', 'authorize', 'authorize/'])
    assert.equal((await locationOf(`${base}/${path}${query}`)).pathname, `/${poolId}/login`, path)
  const bye = new URLSearchParams({ client_id: app.id, logout_uri: `${home}/welcome` })
  assert.equal((await locationOf(`${base}/logout/?${bye}`)).href, `${home}/welcome`)
  const { body } = await exchange(base, 'unknown', app.id)
  const response = await fetch(`${base}/oauth2/token/`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'unknown',
      redirect_uri: callback,
      client_id: app.id,
    }),
  })
  assert.deepEqual(await response.json(), body)
  assert.equal((await fetch(`${base}/oauth2/userInfo/`)).status, 400)
  // The real pages, too.
  const pages = `${server.url}/${poolId}`
  assert.equal((await fetch(`${pages}/login/${query}`, { redirect: 'manual' })).status, 302)
  assert.equal((await fetch(`${pages}/error/?error=redirect_mismatch`)).status, 400)
})

test('token: a code, a challenge and a refresh by a client with a secret', async () => {
  const redirect_uri = 'com.myclientapp://myclient/redirect'
  const verifier = 'v'.repeat(43)
  const code_challenge = createHash('sha256').update(verifier).digest('base64url')
  const ask = async (more: Record<string, string>, form: Record<string, string>) => {
    const url = authorizeUrl(base, {
      response_type: 'code',
      client_id: confidential.id,
      redirect_uri,
      scope: 'openid',
      ...more,
    })
    const code = (await signIn(createBrowser(), url, 'bob')).searchParams.get('code')!
    const grant = { grant_type: 'authorization_code', client_id: confidential.id, code, redirect_uri, ...form }
    return askToken(base, grant, basic(confidential))
  }
  const all = ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type']
  const plain = await ask({}, {})
  assert.deepEqual([plain.status, Object.keys(plain.body).sort()], [200, all])
  assert.deepEqual([plain.body.token_type, plain.body.expires_in], ['Bearer', 3600])
  const bound = await ask({ code_challenge_method: 'S256', code_challenge }, { code_verifier: verifier })
  assert.deepEqual([bound.status, Object.keys(bound.body).sort()], [200, all])

  const refresh_token = plain.body.refresh_token!
  const refreshed = await askToken(
    base,
    { grant_type: 'refresh_token', client_id: confidential.id, refresh_token },
    basic(confidential),
  )
  assert.deepEqual(Object.keys(refreshed.body).sort(), ['access_token', 'expires_in', 'id_token', 'token_type'])
})

test('userInfo: the example’s answer and headers, and its refusals', async () => {
  const tokens = async (scope: string) => {
    const at = await signIn(createBrowser(), request({ scope }), 'bob')
    return (await exchange(base, at.searchParams.get('code')!, app.id, { redirect_uri: home })).body
  }
  const ask = (headers: Record<string, string>) =>
    fetch(`${base}/oauth2/userInfo`, {
      headers: { 'Content-Type': 'application/x-amz-json-1.1', Accept: '*/*', ...headers },
    })
  const { access_token } = await tokens('openid email phone')
  const response = await ask({ Authorization: `Bearer ${access_token}` })
  assert.deepEqual(await response.json(), {
    sub: claimsOf(access_token).sub,
    email_verified: 'true',
    phone_number_verified: 'true',
    phone_number: '+12065551212',
    email: 'bob@example.com',
    username: 'bob',
  })
  const headers = {
    'content-type': 'application/json;charset=UTF-8',
    'x-content-type-options': 'nosniff',
    'x-xss-protection': '1; mode=block',
    'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
    pragma: 'no-cache',
    expires: '0',
    'x-frame-options': 'DENY',
  }
  for (const [name, value] of Object.entries(headers)) assert.equal(response.headers.get(name), value)
  assert.match(response.headers.get('x-amz-cognito-request-id')!, /^[\da-f-]{36}$/)

  const refused = async (authorization: string) => {
    const { status, headers } = await ask(authorization ? { authorization } : {})
    return [status, headers.get('www-authenticate')]
  }
  assert.deepEqual(await refused(''), [
    400,
    'Bearer error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"',
  ])
  assert.deepEqual(await refused('Bearer eyJra12345EXAMPLE'), [
    401,
    'Bearer error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."',
  ])
  const { access_token: withoutOpenId } = await tokens('aws.cognito.signin.user.admin')
  assert.deepEqual(await refused(`Bearer ${withoutOpenId}`), [
    401,
    'Bearer error="invalid_token", error_description="Access token does not contain openid scope"',
  ])
})

test('logout: to the app, or to the login page for another user, with all scopes where none is named', async () => {
  const leave = new URLSearchParams({ client_id: app.id, logout_uri: `${home}/welcome` })
  assert.equal((await locationOf(`${base}/logout?${leave}`)).href, `${home}/welcome`)
  const again = {
    response_type: 'code',
    client_id: app.id,
    redirect_uri: home,
    state: 'example-state-value',
    nonce: 'example-nonce-value',
    scope: scopes,
  }
  const login = await locationOf(`${base}/logout?${new URLSearchParams(again)}`)
  assert.equal(login.pathname, `/${poolId}/login`)
  assert.deepEqual(Object.fromEntries(login.searchParams), again)
  const { scope: _, ...unscoped } = again
  const all = await locationOf(`${base}/logout?${new URLSearchParams(unscoped)}`)
  assert.equal(all.searchParams.get('scope'), 'openid email phone profile aws.cognito.signin.user.admin')
  const neither = await createBrowser().get(`${base}/logout?client_id=${app.id}`)
  assert.equal(neither.status, 400)
  assert.match(await neither.text(), /Required String parameter 'redirect_uri' is not present/)
})

test('revoke: by a public client’s id, or by a secret alone', async () => {
  const revoke = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${base}/oauth2/revoke`, {
      method: 'POST',
      headers: { Accept: 'application/json', ...headers },
      body: new URLSearchParams(form),
    })
    return [response.status, await response.text()]
  }
  const at = await signIn(createBrowser(), request({ scope: 'openid' }), 'bob')
  const { body } = await exchange(base, at.searchParams.get('code')!, app.id, { redirect_uri: home })
  assert.deepEqual(await revoke({ token: body.refresh_token!, client_id: app.id }), [200, ''])
  assert.deepEqual(await revoke({ token: body.refresh_token!, client_id: app.id }), [200, ''])
  assert.deepEqual(await revoke({ token: '2YotnFZFEjr1zCsicMWpAA' }, basic(confidential)), [200, ''])
  assert.deepEqual(await revoke({ client_id: app.id }), [400, '{"error":"invalid_request"}'])
  assert.deepEqual(await revoke({ token: body.access_token, client_id: app.id }), [
    400,
    '{"error":"unsupported_token_type"}',
  ])
  assert.deepEqual(await revoke({ token: 'x' }, basic({ ...confidential, secret: 'no' })), [
    401,
    '{"error":"invalid_client"}',
  ])
})
