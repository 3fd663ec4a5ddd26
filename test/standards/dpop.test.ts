import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { callback, claimsOf } from '../oauth/setup.ts'
import { postAs } from './post-as.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

let scene: Scene
let app: { id: string; secret: string }
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let jkt: string

before(async () => {
  scene = await startScene()
  app = await scene.client()
  keys = await generateKeyPair('ES256', { extractable: true })
  jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey))
})
after(() => scene.server.close())

const tokenUrl = () => `${scene.base}/oauth2/token`
const userInfoUrl = () => `${scene.base}/oauth2/userInfo`
const seconds = () => Math.floor(scene.server.clock.now().getTime() / 1000)

interface Proof {
  url: string
  method?: string
  nonce?: string
  accessToken?: string
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  pair?: typeof keys
}

async function proof({
  url,
  method = 'POST',
  nonce,
  accessToken,
  claims,
  header,
  pair = keys,
}: Proof): Promise<string> {
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
  const payload = { htu: url, htm: method, iat: seconds(), jti: crypto.randomUUID(), nonce, ath, ...claims }
  const jwk = await exportJWK(pair.publicKey)
  return new SignJWT(payload)
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header })
    .sign(pair.privateKey)
}

async function post(form: Record<string, string>, dpop?: string) {
  const headers = dpop ? { dpop } : undefined
  const response = await fetch(tokenUrl(), { method: 'POST', body: new URLSearchParams(form), headers })
  const nonce = response.headers.get('dpop-nonce') ?? undefined
  return { status: response.status, nonce, body: (await response.json()) as Record<string, string> }
}

async function freshNonce(): Promise<string> {
  const { nonce } = await post({ client_id: app.id, grant_type: 'refresh_token' }, await proof({ url: tokenUrl() }))
  assert.ok(nonce)
  return nonce
}

async function codeOf(more: Record<string, string> = {}, client = app) {
  const query = { client_id: client.id, redirect_uri: callback, response_type: 'code', scope: 'openid email', ...more }
  const at = await signInByForm(createBrowser(), new URL(authorizeUrl(scene, query)), credentials)
  return {
    grant_type: 'authorization_code',
    code: at.searchParams.get('code')!,
    redirect_uri: callback,
    client_id: client.id,
  }
}

const boundProof = async (changes: Partial<Proof> = {}) =>
  proof({ url: tokenUrl(), nonce: await freshNonce(), ...changes })

async function boundTokens() {
  const { status, body } = await post(await codeOf(), await boundProof())
  assert.equal(status, 200, JSON.stringify(body))
  return body as { access_token: string; refresh_token: string; token_type: string }
}

async function askInfo(token: string, dpop: string | undefined, scheme = 'DPoP') {
  const headers = { authorization: `${scheme} ${token}`, ...(dpop && { dpop }) }
  const response = await fetch(userInfoUrl(), { headers })
  const challenge = response.headers.get('www-authenticate')
  return { status: response.status, nonce: response.headers.get('dpop-nonce') ?? undefined, challenge }
}

test('openid-client gets bound tokens, uses them and renews them', async () => {
  const config = await oidc.discovery(new URL(scene.base), app.id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  })
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
  const verifier = oidc.randomPKCECodeVerifier()
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid email',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    dpop_jkt: await DPoP.calculateThumbprint(),
  })
  const at = await signInByForm(createBrowser(), url, credentials)
  const tokens = await oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier: verifier }, undefined, { DPoP })
  assert.equal(tokens.token_type, 'dpop')
  assert.ok((claimsOf(tokens.access_token).cnf as { jkt: string }).jkt)
  const info = await oidc.fetchUserInfo(config, tokens.access_token, scene.sub, { DPoP })
  assert.equal(info.email, 'ann@example.com')
  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP })
  assert.equal(renewed.token_type, 'dpop')
  assert.deepEqual(claimsOf(renewed.access_token).cnf, claimsOf(tokens.access_token).cnf)
})

test('a proof needs a nonce of ours, of the last minutes', async () => {
  const form = await codeOf()
  const first = await post(form, await proof({ url: tokenUrl() }))
  assert.deepEqual([first.status, first.body.error], [400, 'use_dpop_nonce'])
  const made = await post(form, await proof({ url: tokenUrl(), nonce: 'x'.repeat(22) }))
  assert.equal(made.body.error, 'use_dpop_nonce')
  scene.server.clock.advance({ minutes: 5 })
  const old = await post(form, await proof({ url: tokenUrl(), nonce: first.nonce }))
  assert.equal(old.body.error, 'use_dpop_nonce')
})

test('a proof works only once, even with concurrent requests', async () => {
  const tokens = await boundTokens()
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: app.id }
  const dpop = await boundProof()
  const answers = await Promise.all(Array.from({ length: 6 }, () => post(form, dpop)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal(answers.filter(({ body }) => body.error === 'invalid_dpop_proof').length, 5)
})

test('of several proofs that come at the same time, some of them twice, each works once', async () => {
  const tokens = await boundTokens()
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: app.id }
  const proofs = await Promise.all(Array.from({ length: 8 }, () => boundProof()))
  // One that was used before is among them.
  assert.equal((await post(form, proofs[0]!)).status, 200)
  const answers = await Promise.all([...proofs, ...proofs.slice(4)].map((dpop) => post(form, dpop)))
  const good = answers.map(({ status }) => status === 200)
  assert.deepEqual(good.slice(0, 4), [false, true, true, true])
  for (const number of [4, 5, 6, 7]) assert.notEqual(good[number], good[number + 4], String(number))
})

test('a proof for another address, method, time or type, or without a key, is refused', async () => {
  const nonce = await freshNonce()
  const hmac = new SignJWT({ htu: tokenUrl(), htm: 'POST', iat: seconds(), jti: 'j', nonce })
  const secret = new Uint8Array(32)
  const privateJwk = await exportJWK(keys.privateKey)
  const others = await exportJWK((await generateKeyPair('ES256')).publicKey)
  const url = tokenUrl()
  for (const [name, dpop] of Object.entries({
    address: await proof({ url: userInfoUrl(), nonce }),
    host: await proof({ url: url.replace('localhost', 'evil.example.com'), nonce }),
    method: await proof({ url, nonce, method: 'GET' }),
    'too old': await proof({ url, nonce, claims: { iat: seconds() - 120 } }),
    'of the future': await proof({ url, nonce, claims: { iat: seconds() + 120 } }),
    type: await proof({ url, nonce, header: { typ: 'JWT' } }),
    'no jti': await proof({ url, nonce, claims: { jti: undefined } }),
    'another key': await proof({ url, nonce, header: { jwk: others } }),
    'a private key': await proof({ url, nonce, header: { jwk: privateJwk } }),
    'no key': await proof({ url, nonce, header: { jwk: undefined } }),
    symmetric: await hmac
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } as never })
      .sign(secret),
    'no JWT': 'x',
    'too long': 'x'.repeat(9000),
  })) {
    const { status, body } = await post({ client_id: app.id, grant_type: 'refresh_token' }, dpop)
    assert.deepEqual([status, body.error], [400, 'invalid_dpop_proof'], name)
  }
  // Query and fragment of `htu` say nothing.
  const plain = await post(await codeOf(), await proof({ url: `${url}?a=b#c`, nonce }))
  assert.equal(plain.status, 200)
})

test('a proof for another server is not taken under its name', async () => {
  const { access_token: token, refresh_token } = await boundTokens()
  const form = { grant_type: 'refresh_token', refresh_token, client_id: app.id }
  const host = 'evil.example.com'
  const at = (url: string) => url.replace(new URL(url).host, host)
  const nonce = await freshNonce()
  const renewal = await proof({ url: at(tokenUrl()), nonce })
  const call = { host, path: new URL(tokenUrl()).pathname, form, headers: { dpop: renewal } }
  assert.equal(await postAs(scene.server.url, call), 400)
  const dpop = await proof({ url: at(userInfoUrl()), nonce, accessToken: token })
  const headers = { dpop, authorization: `DPoP ${token}` }
  const path = new URL(userInfoUrl()).pathname
  assert.equal(await postAs(scene.server.url, { host, path, form: {}, headers }), 401)
  const own = { ...headers, dpop: await proof({ url: userInfoUrl(), nonce, accessToken: token }) }
  const { host: known } = new URL(scene.base)
  assert.equal(await postAs(scene.server.url, { host: known, path, form: {}, headers: own }), 200)
})

test('a stolen access token is worth nothing without the key, at userInfo and at the JSON API', async () => {
  const { access_token: token } = await boundTokens()
  assert.equal((await askInfo(token, undefined, 'Bearer')).status, 401)
  const bare = await askInfo(token, undefined)
  assert.equal(bare.status, 401)
  const good = { url: userInfoUrl(), method: 'GET', nonce: bare.nonce, accessToken: token }
  const dpop = await proof(good)
  assert.equal((await askInfo(token, dpop)).status, 200)
  assert.match((await askInfo(token, dpop)).challenge!, /^DPoP error="invalid_dpop_proof"/)
  const pair = await generateKeyPair('ES256', { extractable: true })
  assert.equal((await askInfo(token, await proof({ ...good, pair }))).status, 401)
  assert.equal((await askInfo(token, await proof({ ...good, accessToken: 'another' }))).status, 401)
  assert.equal((await askInfo(token, await proof(good), 'Bearer')).status, 401)
  const { challenge } = await askInfo(token, await proof({ ...good, nonce: undefined }))
  assert.match(challenge!, /use_dpop_nonce.*, algs="ES256 EdDSA PS256 RS256"$/)
})

test('the JSON API takes a bound token with a proof alone', async () => {
  const selfService = { scope: 'openid aws.cognito.signin.user.admin' }
  const { body } = await post(await codeOf(selfService), await boundProof())
  const AccessToken = body.access_token!
  const url = `${scene.server.url}/`
  const call = async (dpop?: string) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
      ...(dpop && { dpop }),
    }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ AccessToken }) })
    return { status: response.status, nonce: response.headers.get('dpop-nonce') ?? undefined }
  }
  const refused = await call()
  assert.equal(refused.status, 400)
  const dpop = await proof({ url, nonce: refused.nonce, accessToken: AccessToken })
  assert.equal((await call(dpop)).status, 200)
  assert.equal((await call(dpop)).status, 400)
  await assert.rejects(scene.server.cognito.getUser({ AccessToken }), { name: 'NotAuthorizedException' })
  await assert.rejects(scene.server.cognito.globalSignOut({ AccessToken }), { name: 'NotAuthorizedException' })
})

test('a refresh token that is bound is renewed by its key alone, and by no other way', async () => {
  const { refresh_token } = await boundTokens()
  const form = { grant_type: 'refresh_token', refresh_token, client_id: app.id }
  assert.equal((await post(form)).body.error, 'invalid_grant')
  const pair = await generateKeyPair('ES256', { extractable: true })
  assert.equal((await post(form, await boundProof({ pair }))).body.error, 'invalid_grant')
  const byApi = {
    ClientId: app.id,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: refresh_token },
  } as const
  await assert.rejects(scene.server.cognito.initiateAuth(byApi), { name: 'NotAuthorizedException' })
  const renewed = await post(form, await boundProof())
  assert.equal(renewed.body.token_type, 'DPoP')
  // Nor does one that is not bound become so.
  const plain = await post(await codeOf())
  assert.equal(plain.body.token_type, 'Bearer')
  const upgrade = { ...form, refresh_token: plain.body.refresh_token! }
  assert.equal((await post(upgrade, await boundProof())).body.error, 'invalid_grant')
})

test('a code for a key that the app has named is redeemed by that key alone', async () => {
  const form = await codeOf({ dpop_jkt: jkt })
  assert.equal((await post(form)).body.error, 'invalid_grant')
  const pair = await generateKeyPair('ES256', { extractable: true })
  assert.equal((await post(form, await boundProof({ pair }))).body.error, 'invalid_grant')
  assert.equal((await post(form, await boundProof())).status, 200)
})

test('an app that has to bind its tokens gets no others', async () => {
  const strict = await scene.client({}, { RequireDPoP: true })
  const form = await codeOf({}, strict)
  assert.equal((await post(form)).body.error, 'invalid_request')
  assert.equal((await post(form, await boundProof())).body.token_type, 'DPoP')
  const query = { client_id: strict.id, redirect_uri: callback, response_type: 'token', scope: 'openid' }
  const response = await fetch(authorizeUrl(scene, query), { redirect: 'manual' })
  assert.match(response.headers.get('location')!, /error=unauthorized_client/)
})

test('nor does its own token come from the JSON API', async () => {
  const { cognito } = scene.server
  const scopes = [{ ScopeName: 'run', ScopeDescription: 'run' }]
  await cognito.createResourceServer({ UserPoolId: scene.poolId, Identifier: 'jobs', Name: 'jobs', Scopes: scopes })
  const settings = {
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials' as const],
    AllowedOAuthScopes: ['jobs/run'],
    ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never],
    CallbackURLs: undefined,
    LogoutURLs: undefined,
    SupportedIdentityProviders: undefined,
  }
  const own = ({ id, secret }: { id: string; secret: string }) =>
    cognito.getClientToken({ ClientId: id, Secret: secret })
  assert.ok((await own(await scene.client(settings))).ClientAuthenticationResult)
  await assert.rejects(own(await scene.client(settings, { RequireDPoP: true })), { name: 'NotAuthorizedException' })
})

test('a token that is not bound is no DPoP token', async () => {
  const { body } = await post(await codeOf())
  const token = body.access_token!
  const dpop = await proof({ url: userInfoUrl(), method: 'GET', nonce: await freshNonce(), accessToken: token })
  assert.equal((await askInfo(token, dpop)).status, 400)
  assert.equal((await askInfo(token, undefined, 'Bearer')).status, 200)
})
