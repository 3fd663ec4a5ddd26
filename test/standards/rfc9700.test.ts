import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Browser, createBrowser } from '../oauth/browser.ts'
import { sendForm, signInByForm } from '../oauth/login-form.ts'
import { askToken, callback, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/**
 * The attacks of RFC 9700, section 4, against the profile `standard`. The tests of the others are named in
 * docs/security.md.
 */
let scene: Scene
let app: { id: string; secret: string }
let service: { id: string; secret: string }
/** Signed in, so that whatever is let through ends in a code. */
let browser: Browser

before(async () => {
  scene = await startScene()
  app = await scene.client()
  await scene.server.cognito.createResourceServer({
    UserPoolId: scene.poolId,
    Identifier: 'https://stock.example.com',
    Name: 'stock',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
  })
  service = await scene.client({
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['https://stock.example.com/read'],
    CallbackURLs: undefined,
    LogoutURLs: undefined,
  })
  browser = createBrowser()
  await signInByForm(browser, new URL(request()), credentials)
})
after(() => scene.server.close())

const request = (more: Record<string, string> = {}) =>
  authorizeUrl(scene, { client_id: app.id, redirect_uri: callback, response_type: 'code', scope: 'openid', ...more })

async function answerTo(more: Record<string, string> = {}): Promise<URL> {
  const url = request(more)
  return browser.follow(url, ({ host }) => host !== new URL(url).host)
}

const codeOf = async (more: Record<string, string> = {}) => (await answerTo(more)).searchParams.get('code')!

const redeem = (code: string, more: Record<string, string> = {}) =>
  askToken(scene.base, { grant_type: 'authorization_code', code, redirect_uri: callback, client_id: app.id, ...more })

function pkce() {
  const code_verifier = randomBytes(32).toString('base64url')
  return { code_verifier, code_challenge: createHash('sha256').update(code_verifier).digest('base64url') }
}

test('4.1 redirect URIs: one that differs by a character, a port, a path or a user name is shown, not gone to', async () => {
  for (const redirect_uri of [
    `${callback}/`,
    `${callback}?x=1`,
    `${callback}#x`,
    `${callback}/../other`,
    callback.replace('https:', 'http:'),
    callback.replace('app.example.com', 'app.example.com:444'),
    callback.replace('app.example.com', 'app.example.com.evil.example'),
    callback.replace('app.example.com', 'app.example.com@evil.example'),
    callback.toUpperCase(),
  ]) {
    const response = await browser.get(request({ redirect_uri }))
    assert.equal(response.status, 400, redirect_uri)
    assert.equal(response.headers.get('location'), null)
  }
})

test('4.3 browser history: a token is not taken from an address, and a code from one is worth nothing any more', async () => {
  const code = await codeOf()
  const { body } = await redeem(code)
  const { access_token } = body
  const inAddress = await fetch(`${scene.base}/oauth2/userInfo?${new URLSearchParams({ access_token })}`)
  assert.equal(inAddress.status, 400)
  assert.equal((await redeem(code)).body.error, 'invalid_grant')
  const { search, hash } = await answerTo({ response_type: 'token', response_mode: 'query' })
  assert.equal(search, '')
  assert.match(hash, /error=invalid_request/)
})

test('4.4 mix-up: every answer names its issuer, refusals and hybrid answers as well', async () => {
  const metadata = (await (await fetch(`${scene.base}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >
  assert.equal(metadata.authorization_response_iss_parameter_supported, true)
  const answers = [
    (await answerTo()).searchParams,
    (await answerTo({ scope: 'openid unknown' })).searchParams,
    (await answerTo({ response_type: 'code', prompt: 'none', max_age: '0' })).searchParams,
    new URLSearchParams((await answerTo({ response_type: 'code id_token', nonce: 'n' })).hash.slice(1)),
  ]
  for (const answer of answers) assert.equal(answer.get('iss'), metadata.issuer, String(answer))
})

test('4.5 code injection: a code of one sign-in does not fit the challenge, the app or the nonce of another', async () => {
  const [mine, theirs] = [pkce(), pkce()]
  const challenge = { code_challenge: theirs.code_challenge, code_challenge_method: 'S256' }
  const injected = await codeOf(challenge)
  assert.equal((await redeem(injected, { code_verifier: mine.code_verifier })).body.error, 'invalid_grant')
  const other = await scene.client()
  assert.equal((await redeem(await codeOf(), { client_id: other.id })).body.error, 'invalid_grant')
  const { body } = await redeem(await codeOf({ nonce: 'theirs' }))
  assert.equal(claimsOf(body.id_token!).nonce, 'theirs')
})

test('4.6 token injection: what comes through the browser is bound to its ID token by hashes', async () => {
  const { hash } = await answerTo({ response_type: 'code id_token token', nonce: 'n' })
  const answer = new URLSearchParams(hash.slice(1))
  const half = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
  const { at_hash, c_hash } = claimsOf(answer.get('id_token')!)
  assert.deepEqual([at_hash, c_hash], [half(answer.get('access_token')!), half(answer.get('code')!)])
})

test('4.7 forged requests: `state` comes back as it went, and no code before the user has signed in', async () => {
  const state = 'a b&c=%26"<'
  assert.equal((await answerTo({ state })).searchParams.get('state'), state)
  const stranger = await createBrowser().get(request({ state }))
  assert.match(stranger.headers.get('location')!, /\/login\?/)
})

test('4.8 PKCE downgrade: no verifier for a challenge, a verifier without one, or a plain one: none gets tokens', async () => {
  const { code_verifier, code_challenge } = pkce()
  const bound = { code_challenge, code_challenge_method: 'S256' }
  assert.equal((await redeem(await codeOf(bound))).body.error, 'invalid_grant')
  assert.equal((await redeem(await codeOf(), { code_verifier })).body.error, 'invalid_grant')
  const plain = await answerTo({ code_challenge, code_challenge_method: 'plain' })
  assert.equal(plain.searchParams.get('error'), 'invalid_request')
  const unnamed = await answerTo({ code_challenge })
  const code = unnamed.searchParams.get('code')
  if (code) assert.equal((await redeem(code, { code_verifier: code_challenge })).body.error, 'invalid_grant')
  else assert.equal(unnamed.searchParams.get('error'), 'invalid_request')
})

test('4.9, 4.10.2 a token for one API names it as its audience, and the pool’s own API is not part of that', async () => {
  const resource = 'https://orders.example.com'
  const { body } = await redeem(await codeOf({ resource }))
  assert.equal(claimsOf(body.access_token).aud, resource)
  await assert.rejects(scene.server.cognito.getUser({ AccessToken: body.access_token }), {
    name: 'NotAuthorizedException',
  })
})

test('4.11 open redirection: no page and no refusal leads to an address that no app has registered', async () => {
  const evil = 'https://evil.example.com/'
  const urls = [
    request({ redirect_uri: evil, scope: 'openid unknown' }),
    request({ client_id: 'unknown', redirect_uri: evil }),
    `${scene.base}/logout?${new URLSearchParams({ client_id: app.id, logout_uri: evil })}`,
    `${scene.base}/logout?${new URLSearchParams({ client_id: app.id, post_logout_redirect_uri: evil })}`,
    `${scene.base}/logout?${new URLSearchParams({ post_logout_redirect_uri: evil })}`,
  ]
  for (const url of urls) {
    const response = await browser.get(url)
    assert.ok(!(response.headers.get('location') ?? '').includes('evil'), url)
    assert.ok(!(response.headers.get('refresh') ?? '').includes('evil'), url)
  }
})

test('4.12 redirects after a password are 303, so that no browser sends it on', async () => {
  const fresh = createBrowser()
  const login = await fresh.follow(request(), ({ pathname }) => pathname.endsWith('/login'))
  const posted = await sendForm(fresh, login, credentials)
  assert.equal(posted.status, 303)
  assert.equal(posted.headers.get('referrer-policy'), 'no-referrer')
})

test('4.14 a refresh token is for its own client, and with rotation its second use ends the session', async () => {
  const { body } = await redeem(await codeOf())
  const other = await scene.client()
  const refresh = (refresh_token: string, client_id: string) =>
    askToken(scene.base, { grant_type: 'refresh_token', refresh_token, client_id })
  assert.equal((await refresh(body.refresh_token!, other.id)).body.error, 'invalid_grant')
  assert.equal((await refresh(body.refresh_token!, app.id)).status, 200)
  const rotating = await scene.client({
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
  })
  const first = await redeem(await codeOf({ client_id: rotating.id }), { client_id: rotating.id })
  const second = await refresh(first.body.refresh_token!, rotating.id)
  assert.equal(second.status, 200)
  assert.equal((await refresh(first.body.refresh_token!, rotating.id)).body.error, 'invalid_grant')
  assert.equal((await refresh(second.body.refresh_token!, rotating.id)).body.error, 'invalid_grant')
})

test('4.15 a client’s own token is no user’s, whatever the client is called', async () => {
  const { body } = await askToken(scene.base, {
    grant_type: 'client_credentials',
    client_id: service.id,
    client_secret: service.secret,
  })
  const { sub, username } = claimsOf(body.access_token)
  assert.deepEqual([sub, username], [service.id, undefined])
  assert.notEqual(sub, scene.sub)
  const authorization = `Bearer ${body.access_token}`
  assert.equal((await fetch(`${scene.base}/oauth2/userInfo`, { headers: { authorization } })).status, 401)
  await assert.rejects(scene.server.cognito.getUser({ AccessToken: body.access_token }), {
    name: 'NotAuthorizedException',
  })
})

test('4.17 messages between windows are no way that an answer takes', async () => {
  for (const response_mode of ['web_message', 'webmessage'])
    assert.equal((await answerTo({ response_mode })).searchParams.get('error'), 'invalid_request')
})
