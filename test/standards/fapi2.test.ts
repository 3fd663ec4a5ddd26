import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { decodeProtectedHeader, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { sendForm, signInByForm } from '../oauth/login-form.ts'
import { askToken, callback, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

let scene: Scene
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let app: { id: string; secret: string }

before(async () => {
  scene = await startScene({ Profile: 'fapi2' })
  keys = await generateKeyPair('PS256')
  app = await signingClient()
})
after(() => scene.server.close())

const signingClient = async () =>
  scene.client(
    { GenerateSecret: true, AllowedOAuthFlows: ['code', 'implicit'] },
    {
      TokenEndpointAuthMethod: 'private_key_jwt',
      Jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1' }] },
    },
  )

const seconds = () => Math.floor(scene.server.clock.now().getTime() / 1000)

async function assertion(changes: JWTPayload = {}, alg = 'PS256'): Promise<Record<string, string>> {
  const payload = {
    iss: app.id,
    sub: app.id,
    aud: scene.base,
    exp: seconds() + 60,
    jti: crypto.randomUUID(),
    ...changes,
  }
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT(payload).setProtectedHeader({ alg, kid: 'k1' }).sign(keys.privateKey),
  }
}

const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }
const request = { redirect_uri: callback, response_type: 'code', scope: 'openid email', ...challenge }

async function push(form: Record<string, string>, proven?: Record<string, string>) {
  const body = new URLSearchParams({ ...form, ...(proven ?? (await assertion())) })
  const response = await fetch(`${scene.base}/oauth2/par`, { method: 'POST', body })
  const answer = (await response.json()) as { request_uri: string; error?: string }
  return { status: response.status, ...answer }
}

async function discovered(skew = 0) {
  const metadata = { id_token_signed_response_alg: 'PS256', [oidc.clockSkew]: skew }
  return oidc.discovery(
    new URL(scene.base),
    app.id,
    metadata,
    oidc.PrivateKeyJwt({ key: keys.privateKey, kid: 'k1' }),
    {
      execute: [oidc.allowInsecureRequests],
    },
  )
}

async function pushedUrl(config: oidc.Configuration, verifier: string, DPoP?: oidc.DPoPHandle): Promise<URL> {
  return oidc.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: callback,
      scope: 'openid email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    },
    { DPoP },
  )
}

test('openid-client signs in by a key, a pushed request and bound tokens, all by PS256', async () => {
  const config = await discovered()
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const verifier = oidc.randomPKCECodeVerifier()
  const at = await signInByForm(createBrowser(), await pushedUrl(config, verifier, DPoP), credentials)
  assert.equal(at.searchParams.get('iss'), scene.base)
  const tokens = await oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier: verifier }, undefined, { DPoP })
  assert.equal(tokens.token_type, 'dpop')
  assert.equal(decodeProtectedHeader(tokens.access_token).alg, 'PS256')
  assert.equal(decodeProtectedHeader(tokens.id_token!).alg, 'PS256')
  const info = await oidc.fetchUserInfo(config, tokens.access_token, scene.sub, { DPoP })
  assert.equal(info.email, 'ann@example.com')
  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP })
  assert.deepEqual(claimsOf(renewed.access_token).cnf, claimsOf(tokens.access_token).cnf)

  const next = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const rebound = await oidc.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP: next })
  assert.notDeepEqual(claimsOf(rebound.access_token).cnf, claimsOf(tokens.access_token).cnf)
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token!), { error: 'invalid_request' })
})

test('a code is tied to the key whose proof came with the pushed request', async () => {
  const config = await discovered()
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const verifier = oidc.randomPKCECodeVerifier()
  const at = await signInByForm(createBrowser(), await pushedUrl(config, verifier, DPoP), credentials)
  const thief = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const stolen = oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier: verifier }, undefined, { DPoP: thief })
  await assert.rejects(stolen, { error: 'invalid_grant' })
})

test('discovery tells of nothing that the profile forbids', async () => {
  const response = await fetch(`${scene.base}/.well-known/openid-configuration`)
  const metadata = (await response.json()) as Record<string, unknown>
  assert.deepEqual(metadata.response_types_supported, ['code'])
  assert.equal(metadata.require_pushed_authorization_requests, true)
  assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['private_key_jwt'])
  assert.deepEqual(metadata.id_token_signing_alg_values_supported, ['PS256'])
  assert.ok(!(metadata.grant_types_supported as string[]).includes('implicit'))
})

test('a sign-in can only start with a pushed request', async () => {
  const response = await fetch(authorizeUrl(scene, { client_id: app.id, ...request }), { redirect: 'manual' })
  const at = new URL(response.headers.get('location')!)
  assert.equal(at.searchParams.get('error'), 'invalid_request')
})

const refusedRequests: [string, Record<string, string>, string][] = [
  ['without PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
  ['with a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['for a token', { response_type: 'token' }, 'unsupported_response_type'],
  ['for an ID token', { response_type: 'code id_token', nonce: 'n' }, 'unsupported_response_type'],
]
for (const [name, changes, error] of refusedRequests)
  test(`a request ${name} is refused`, async () => {
    const changed = Object.entries({ ...request, ...changes }).filter(([, value]) => value !== '')
    const answer = await push(Object.fromEntries(changed))
    assert.deepEqual([answer.status, answer.error], [400, error])
  })

test('a request that leaves the redirect URI to the server is refused', async () => {
  const { redirect_uri: _, ...rest } = request
  const answer = await push(rest)
  assert.deepEqual([answer.status, answer.error], [400, 'invalid_request'])
})

test('a client can’t authenticate by its secret: not in the header, the form, or as an HS256 key', async () => {
  const inForm = await push(request, { client_id: app.id, client_secret: app.secret })
  assert.deepEqual([inForm.status, inForm.error], [401, 'invalid_client'])
  const token = await askToken(scene.base, { grant_type: 'refresh_token', refresh_token: 'x' }, app)
  assert.equal(token.body.error, 'invalid_client')
  const claims = { iss: app.id, sub: app.id, aud: scene.base, exp: seconds() + 60, jti: crypto.randomUUID() }
  const bySecret = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(app.secret))
  const signed = await push(request, { ...(await assertion()), client_assertion: bySecret })
  assert.deepEqual([signed.status, signed.error], [401, 'invalid_client'])
})

test('an assertion is for the issuer alone, and not for the endpoint or for others as well', async () => {
  assert.equal((await push(request)).status, 201)
  for (const aud of [`${scene.base}/oauth2/par`, [scene.base], [scene.base, 'https://evil.example.com']])
    assert.equal((await push(request, await assertion({ aud }))).error, 'invalid_client', String(aud))
})

test('RS256 is refused for assertions', async () => {
  const rsa = await generateKeyPair('RS256')
  const Jwks = { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'k1' }] }
  const other = await scene.client({ GenerateSecret: true }, { TokenEndpointAuthMethod: 'private_key_jwt', Jwks })
  const claims = { iss: other.id, sub: other.id, aud: scene.base, exp: seconds() + 60, jti: crypto.randomUUID() }
  const client_assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(rsa.privateKey)
  const answer = await push(request, { ...(await assertion()), client_assertion })
  assert.equal(answer.error, 'invalid_client')
})

test('a code brings no token without a proof of a key', async () => {
  const config = await discovered()
  const verifier = oidc.randomPKCECodeVerifier()
  const at = await signInByForm(createBrowser(), await pushedUrl(config, verifier), credentials)
  const unbound = oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier: verifier })
  await assert.rejects(unbound, { error: 'invalid_request' })
})

test('an assertion may be repeated after a nonce was requested, but never after it was used', async () => {
  const pair = await generateKeyPair('ES256')
  const jwk = await exportJWK(pair.publicKey)
  const url = `${scene.base}/oauth2/par`
  const proven = await assertion()
  const post = async (nonce?: string) => {
    const payload = { htu: url, htm: 'POST', iat: seconds(), jti: crypto.randomUUID(), nonce }
    const dpop = await new SignJWT(payload)
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(pair.privateKey)
    const body = new URLSearchParams({ ...request, ...proven })
    const response = await fetch(url, { method: 'POST', body, headers: { dpop } })
    const { error } = (await response.json()) as { error?: string }
    return { error, status: response.status, nonce: response.headers.get('dpop-nonce') ?? undefined }
  }
  const first = await post()
  assert.equal(first.error, 'use_dpop_nonce')
  assert.equal((await post(first.nonce)).status, 201)
  assert.equal((await post(first.nonce)).error, 'invalid_client')
})

test('the JSON API gives a client of the profile no tokens, which would be bound to nothing', async () => {
  const plain = await scene.client({}, { Profile: 'fapi2' })
  const signIn = scene.server.cognito.initiateAuth({
    ClientId: plain.id,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: credentials.username, PASSWORD: credentials.password },
  })
  await assert.rejects(signIn, { name: 'NotAuthorizedException', message: /bound to a key/ })
})

test('there is no way down: not by a fragment, a login page of its own, or a plain refresh', async () => {
  const answered = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams(form)
    const response = await fetch(`${scene.base}/oauth2/token`, { method: 'POST', body, headers })
    return (await response.json()) as { error?: string; access_token?: string }
  }
  for (const response_type of ['token', 'id_token', 'code id_token', 'code token'])
    assert.ok((await push({ ...request, response_type, nonce: 'n' })).error, response_type)
  assert.ok((await push({ ...request, code_challenge_method: 'plain' })).error)
  assert.ok((await push({ ...request, code_challenge: '' })).error)
  for (const path of ['login', 'signup', 'forgotPassword', 'consent']) {
    const url = `${scene.base}/${path}?${new URLSearchParams({ client_id: app.id, ...request })}`
    const page = await createBrowser().get(url)
    assert.doesNotMatch(page.headers.get('location') ?? '', /[?&]code=/, path)
    const posted = await createBrowser().post(url, credentials)
    assert.doesNotMatch(posted.headers.get('location') ?? '', /[?&]code=/, path)
  }
  const config = await discovered()
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const verifier = oidc.randomPKCECodeVerifier()
  const at = await signInByForm(createBrowser(), await pushedUrl(config, verifier, DPoP), credentials)
  const tokens = await oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier: verifier }, undefined, { DPoP })
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }
  assert.ok((await answered({ ...refresh, ...(await assertion()) })).error, 'without a proof')
  const basic = `Basic ${Buffer.from(`${app.id}:${app.secret}`).toString('base64')}`
  assert.equal((await answered(refresh, { authorization: basic })).error, 'invalid_client')
  const { cognito } = scene.server
  const { id: ClientId, secret: ClientSecret } = app
  await assert.rejects(
    cognito.getTokensFromRefreshToken({ ClientId, ClientSecret, RefreshToken: tokens.refresh_token }),
    { name: 'NotAuthorizedException' },
  )
  await assert.rejects(cognito.getUser({ AccessToken: tokens.access_token }), { name: 'NotAuthorizedException' })
})

test('an answer says who sent it, also where it refuses', async () => {
  const config = await discovered()
  const verifier = oidc.randomPKCECodeVerifier()
  const at = await signInByForm(createBrowser(), await pushedUrl(config, verifier), credentials)
  assert.equal(at.searchParams.get('iss'), scene.base)
  const mixedUp = new URL(at)
  mixedUp.searchParams.set('iss', 'https://attacker.example.com')
  await assert.rejects(
    oidc.authorizationCodeGrant(config, mixedUp, { pkceCodeVerifier: verifier }),
    ({ cause }: Error) => /issuer/.test(String(cause)),
  )
  const { request_uri } = await push({ ...request, prompt: 'none' })
  const refused = await createBrowser().get(authorizeUrl(scene, { client_id: app.id, request_uri }))
  assert.equal(new URL(refused.headers.get('location')!).searchParams.get('iss'), scene.base)
})

test('a client of the pool without the profile behaves like any other', async () => {
  const plain = await scene.client({}, { Profile: 'standard' })
  const query = { client_id: plain.id, redirect_uri: callback, response_type: 'code', scope: 'openid' }
  const at = await signInByForm(createBrowser(), new URL(authorizeUrl(scene, query)), credentials)
  const code = { grant_type: 'authorization_code', code: at.searchParams.get('code')!, redirect_uri: callback }
  const { status, body } = await askToken(scene.base, { ...code, client_id: plain.id })
  assert.equal(status, 200)
  assert.equal(body.token_type, 'Bearer')
})

test('a client with RequireConsent has its users asked once', async () => {
  const careful = await scene.client({}, { Profile: 'standard', RequireConsent: true })
  const query = { client_id: careful.id, redirect_uri: callback, response_type: 'code', scope: 'openid' }
  const browser = createBrowser()
  const login = await browser.follow(authorizeUrl(scene, query), (at) => at.pathname.endsWith('/login'))
  const posted = await sendForm(browser, login, credentials)
  const consent = new URL(posted.headers.get('location')!, login)
  assert.match(consent.pathname, /\/consent$/)
  assert.doesNotMatch(await (await browser.get(consent.href)).text(), /registered itself/)
  const allowed = await sendForm(browser, consent, { answer: 'allow' })
  assert.ok(new URL(allowed.headers.get('location')!).searchParams.get('code'))
  const again = await browser.follow(authorizeUrl(scene, query), (at) => at.href.startsWith(callback))
  assert.ok(again.searchParams.get('code'))
})

test('a code lives a minute', async () => {
  const config = await discovered()
  const verifier = oidc.randomPKCECodeVerifier()
  const at = await signInByForm(createBrowser(), await pushedUrl(config, verifier), credentials)
  scene.server.clock.advance({ seconds: 61 })
  const later = await discovered(61)
  const DPoP = oidc.getDPoPHandle(later, await oidc.randomDPoPKeyPair('ES256'))
  const late = oidc.authorizationCodeGrant(later, at, { pkceCodeVerifier: verifier }, undefined, { DPoP })
  await assert.rejects(late, { error: 'invalid_grant' })
})
