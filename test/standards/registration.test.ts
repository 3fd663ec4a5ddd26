import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { findClient } from '../../src/pool/clients/client.ts'
import { updateDescribedClient } from '../../src/pool/clients/described-client-store.ts'
import { createBrowser } from '../oauth/browser.ts'
import { sendForm } from '../oauth/login-form.ts'
import { askToken, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/** Registration as OpenID Connect and RFC 7592 have it, beyond what every pool takes. */
const callback = 'https://agent.example.com/callback'
const app = { client_name: 'agent', redirect_uris: [callback] }
let scene: Scene

before(async () => {
  scene = await startScene()
  await scene.server.cognito.updateUserPool({
    UserPoolId: scene.poolId,
    DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: true, OpenDcrGrantTypes: ['code', 'implicit'] },
  })
})
after(() => scene.server.close())

type Registered = Record<string, string> & { error?: string }

async function call(url: string, method: string, { body, token }: { body?: object; token?: string } = {}) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : {}) as Registered }
}

const register = (metadata: object) => call(`${scene.base}/oauth2/register`, 'POST', { body: { ...app, ...metadata } })

async function signIn(query: Record<string, string>): Promise<URL> {
  const browser = createBrowser()
  const url = authorizeUrl(scene, { redirect_uri: callback, scope: 'openid', ...query })
  const login = await browser.follow(url, ({ pathname }) => pathname.endsWith('/login'))
  const signedIn = await sendForm(browser, login, credentials)
  const consent = await browser.follow(new URL(signedIn.headers.get('location')!, login).href, ({ pathname }) =>
    pathname.endsWith('/consent'),
  )
  return new URL((await sendForm(browser, consent, { answer: 'allow' })).headers.get('location')!)
}

async function consentPage(client_id: string) {
  const browser = createBrowser()
  const url = authorizeUrl(scene, { redirect_uri: callback, scope: 'openid', response_type: 'code', client_id })
  const login = await browser.follow(url, ({ pathname }) => pathname.endsWith('/login'))
  const signedIn = await sendForm(browser, login, credentials)
  const at = new URL(signedIn.headers.get('location')!, login).href
  const consent = await browser.follow(at, ({ pathname }) => pathname.endsWith('/consent'))
  const response = await browser.get(consent.href)
  return { page: await response.text(), headers: response.headers }
}

test('an app registers with its keys, and signs instead of having a secret', async () => {
  const keys = await generateKeyPair('ES256')
  const jwks = { keys: [await exportJWK(keys.publicKey)] }
  const { status, body } = await register({ token_endpoint_auth_method: 'private_key_jwt', jwks })
  assert.equal(status, 201)
  assert.equal(body.token_endpoint_auth_method, 'private_key_jwt')
  assert.deepEqual([body.jwks, body.client_secret], [jwks, undefined])
  const client_id = body.client_id!
  const at = await signIn({ client_id, response_type: 'code' })
  const form = { grant_type: 'authorization_code', code: at.searchParams.get('code')!, redirect_uri: callback }
  assert.equal((await askToken(scene.base, { ...form, client_id })).body.error, 'invalid_client')
  const claims = { iss: client_id, sub: client_id, aud: scene.base, jti: 'first' }
  const client_assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime('1m')
    .sign(keys.privateKey)
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const tokens = await askToken(scene.base, { ...form, client_assertion, client_assertion_type })
  assert.equal(claimsOf(tokens.body.access_token).client_id, client_id)
  await assert.rejects(
    scene.server.cognito.getTokensFromRefreshToken({ ClientId: client_id, RefreshToken: tokens.body.refresh_token }),
    { name: 'NotAuthorizedException' },
  )
})

test('the page that asks the user links to the pages of the app, on hosts that it is known by', async () => {
  const pages = {
    client_uri: 'https://agent.example.com/about',
    policy_uri: 'https://agent.example.com/privacy?a=1&b="><script>x</script>',
    tos_uri: 'https://bank.example.com/terms',
  }
  const { status, body } = await register({ ...pages, logo_uri: 'https://agent.example.com/logo.png' })
  assert.equal(status, 201)
  assert.deepEqual([body.client_uri, body.policy_uri, body.tos_uri], Object.values(pages))
  assert.equal(body.logo_uri, undefined)
  const { page, headers } = await consentPage(body.client_id!)
  assert.match(
    page,
    /<a href="https:\/\/agent\.example\.com\/about"[^>]*rel="noopener noreferrer">agent\.example\.com</,
  )
  assert.match(page, />Privacy policy</)
  assert.ok(!page.includes('<script>x'))
  assert.ok(!page.includes('bank.example.com'), 'nobody has reviewed that the app is of the bank')
  assert.match(headers.get('content-security-policy')!, /img-src 'self' data:;/)
  for (const [name, uri] of [
    ['client_uri', 'http://agent.example.com'],
    ['policy_uri', 'javascript:alert(1)'],
    ['tos_uri', 'https://user:pass@agent.example.com'],
    ['tos_uri', 'agent.example.com'],
    ['tos_uri', 5],
  ])
    assert.equal((await register({ [name!]: uri })).body.error, 'invalid_client_metadata', String(uri))
})

test('the pages of an app that an administrator has set up are linked to wherever they are', async () => {
  const { id } = await scene.client(
    { CallbackURLs: [callback] },
    { TosUri: 'https://bank.example.com/terms', RequireConsent: true },
  )
  assert.match((await consentPage(id)).page, /<a href="https:\/\/bank\.example\.com\/terms"[^>]*>Terms of use</)
})

test('an app registers for the hybrid types and gets both halves', async () => {
  const { body } = await register({
    response_types: ['code id_token', 'token code'],
    grant_types: ['authorization_code', 'implicit'],
    token_endpoint_auth_method: 'none',
  })
  const at = await signIn({ client_id: body.client_id!, response_type: 'code id_token', nonce: 'n' })
  const answered = new URLSearchParams(at.hash.slice(1))
  assert.equal(claimsOf(answered.get('id_token')!).aud, body.client_id)
  assert.ok(answered.get('code'))
})

test('a client requests the response types that it has registered, and no others', async () => {
  const { body } = await register({
    response_types: ['id_token code'],
    grant_types: ['authorization_code', 'implicit'],
    token_endpoint_auth_method: 'none',
  })
  const client_id = body.client_id!
  assert.deepEqual(body.response_types, ['code id_token'])
  const request = { client_id, redirect_uri: callback, nonce: 'n', scope: 'openid' }
  const answerTo = async (response_type: string) => {
    const url = authorizeUrl(scene, { ...request, response_type })
    return (await fetch(url, { redirect: 'manual' })).headers.get('location')!
  }
  for (const type of ['code token', 'token code', 'code', 'token', 'id_token', 'id_token token', 'code id_token token'])
    assert.match(await answerTo(type), /error=unauthorized_client/, type)
  for (const type of ['code id_token', 'id_token code']) assert.match(await answerTo(type), /\/login\?/, type)
  const pushed = await fetch(`${scene.base}/oauth2/par`, {
    method: 'POST',
    body: new URLSearchParams({ ...request, response_type: 'code token' }),
  })
  assert.equal(((await pushed.json()) as { error: string }).error, 'unauthorized_client')
  // The account page is the pool's own, whatever the app requests.
  const account = await fetch(`${scene.base}/account?client_id=${client_id}`, { redirect: 'manual' })
  const login = await fetch(new URL(account.headers.get('location')!, scene.base), { redirect: 'manual' })
  assert.match(login.headers.get('location')!, /\/login\?/)
})

test('its logout addresses take effect, and are in the response', async () => {
  const members = {
    post_logout_redirect_uris: ['https://agent.example.com/bye'],
    backchannel_logout_uri: 'https://agent.example.com/back',
    frontchannel_logout_uri: 'https://agent.example.com/front',
    require_pushed_authorization_requests: true,
    dpop_bound_access_tokens: true,
  }
  const { status, body } = await register(members)
  assert.equal(status, 201)
  assert.deepEqual(Object.fromEntries(Object.keys(members).map((name) => [name, body[name]])), members)
  const left = await fetch(
    `${scene.base}/logout?${new URLSearchParams({ client_id: body.client_id!, post_logout_redirect_uri: members.post_logout_redirect_uris[0]! })}`,
    { redirect: 'manual' },
  )
  assert.equal(left.headers.get('location'), members.post_logout_redirect_uris[0])
  const unpushed = await fetch(
    authorizeUrl(scene, { client_id: body.client_id!, redirect_uri: callback, response_type: 'code' }),
    { redirect: 'manual' },
  )
  assert.match(unpushed.headers.get('location')!, /error=invalid_request/)
})

test('userInfo is signed for an app that asks for that, and is no token for anything else', async () => {
  const { body } = await register({ token_endpoint_auth_method: 'none', userinfo_signed_response_alg: 'RS256' })
  const client_id = body.client_id!
  assert.equal(body.userinfo_signed_response_alg, 'RS256')
  const at = await signIn({ client_id, response_type: 'code', scope: 'openid email' })
  const form = { grant_type: 'authorization_code', code: at.searchParams.get('code')!, redirect_uri: callback }
  const { access_token } = (await askToken(scene.base, { ...form, client_id })).body
  const userInfo = (token: string) =>
    fetch(`${scene.base}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })
  const answered = await userInfo(access_token)
  assert.equal(answered.headers.get('content-type'), 'application/jwt')
  const token = await answered.text()
  const keys = createRemoteJWKSet(new URL(`${scene.base}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(token, keys, { issuer: scene.base, audience: client_id })
  assert.deepEqual([payload.sub, payload.email, payload.email_verified], [scene.sub, 'ann@example.com', true])
  assert.equal((await userInfo(token)).status, 401)
  const hint = authorizeUrl(scene, { client_id, redirect_uri: callback, response_type: 'code', id_token_hint: token })
  const refused = await fetch(hint, { redirect: 'manual' })
  assert.match(refused.headers.get('location')!, /error=invalid_request/)
})

test('what can not be held is refused rather than forgotten', async () => {
  const refused: Record<string, object> = {
    'keys that are missing': { token_endpoint_auth_method: 'private_key_jwt' },
    'keys twice': { jwks: { keys: [{ kty: 'RSA' }] }, jwks_uri: 'https://agent.example.com/jwks' },
    'private keys': { jwks: { keys: [{ kty: 'EC', d: 'secret' }] } },
    'keys by a plain address': { jwks_uri: 'ftp://agent.example.com/jwks' },
    'a sign-out by a script': { post_logout_redirect_uris: ['javascript:alert(1)'] },
    'a sign-out that is no address': { backchannel_logout_uri: 'here' },
    'pairwise subjects': { subject_type: 'pairwise' },
    'another algorithm': { id_token_signed_response_alg: 'none' },
    'a method that is not there': { token_endpoint_auth_method: 'magic' },
    'types without their grant': { response_types: ['code id_token'] },
    'a grant without its types': { grant_types: ['authorization_code', 'implicit'] },
    'a type that is not there': { response_types: ['magic'] },
    'another algorithm of userInfo': { userinfo_signed_response_alg: 'ES256' },
    'a switch that is none': { dpop_bound_access_tokens: 'yes' },
  }
  for (const [what, metadata] of Object.entries(refused)) {
    const { status, body } = await register(metadata)
    assert.deepEqual([status, body.error], [400, 'invalid_client_metadata'], what)
  }
})

test('an app reads, replaces and deletes its registration', async () => {
  const { body } = await register({ token_endpoint_auth_method: 'client_secret_post' })
  const { registration_client_uri: uri, registration_access_token: token, client_id, client_secret } = body
  assert.equal(uri, `${scene.base}/oauth2/register/${client_id}`)
  const read = await call(uri!, 'GET', { token })
  assert.equal(read.status, 200)
  assert.deepEqual(
    [read.body.client_id, read.body.client_secret, read.body.token_endpoint_auth_method],
    [client_id, client_secret, 'client_secret_post'],
  )
  assert.deepEqual([read.body.registration_client_uri, read.body.registration_access_token], [uri, token])
  const moved = 'https://agent.example.com/moved'
  const replaced = await call(uri!, 'PUT', {
    token,
    body: { client_id, client_secret, client_name: 'renamed', redirect_uris: [moved], scope: 'openid' },
  })
  assert.deepEqual(
    [replaced.status, replaced.body.client_name, replaced.body.redirect_uris, replaced.body.scope],
    [200, 'renamed', [moved], 'openid'],
  )
  assert.equal(replaced.body.registration_access_token, token)
  const begun = (redirect_uri: string) =>
    fetch(authorizeUrl(scene, { client_id: client_id!, redirect_uri, response_type: 'code' }), { redirect: 'manual' })
  assert.equal((await begun(callback)).status, 400)
  assert.match((await begun(moved)).headers.get('location')!, /\/login\?/)
  assert.equal((await call(uri!, 'DELETE', { token })).status, 204)
  assert.equal((await call(uri!, 'GET', { token })).status, 401)
  assert.equal((await begun(moved)).status, 400)
})

test('nobody else changes it, and it can not make itself more than it was', async () => {
  const one = (await register({ token_endpoint_auth_method: 'none' })).body
  const two = (await register({})).body
  const uri = one.registration_client_uri!
  const token = one.registration_access_token!
  const replace = (changes: object) =>
    call(uri, 'PUT', {
      token,
      body: { ...app, client_id: one.client_id, token_endpoint_auth_method: 'none', ...changes },
    })
  for (const wrong of [undefined, two.registration_access_token, 'x', `${token}x`])
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { ...app, client_id: one.client_id } : undefined
      assert.equal((await call(uri, method, { token: wrong, body })).status, 401)
    }
  assert.equal((await call(`${scene.base}/oauth2/register/unknown`, 'GET', { token })).status, 401)
  const refused: Record<string, object> = {
    'another id': { client_id: two.client_id },
    'a secret of its own choice': { client_secret: 'chosen' },
    'a secret at last': { token_endpoint_auth_method: 'client_secret_basic' },
    'a flow for itself': { grant_types: ['client_credentials'] },
    'scopes of the administrator': { scope: 'aws.cognito/dcr/register' },
    'a script': { redirect_uris: ['javascript:alert(1)'] },
  }
  for (const [what, changes] of Object.entries(refused)) assert.equal((await replace(changes)).status, 400, what)
  assert.equal((await replace({})).status, 200)
  const at = await signIn({ client_id: one.client_id!, response_type: 'code' })
  assert.ok(at.searchParams.get('code'), 'users are still asked')

  await scene.server.cognito.updateUserPoolClient({
    UserPoolId: scene.poolId,
    ClientId: one.client_id,
    CallbackURLs: [callback],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    SupportedIdentityProviders: ['COGNITO'],
  })
  assert.equal((await replace({})).status, 401, 'an administrator has taken it over')
})

test('what an administrator changes while an app replaces its registration is not overwritten', async () => {
  const { ctx, cognito } = scene.server
  const { body } = await register({ token_endpoint_auth_method: 'none' })
  const ClientId = body.client_id!
  const { client } = (await findClient(ctx, ClientId))!
  await cognito.updateUserPoolClient({ UserPoolId: scene.poolId, ClientId, ClientName: 'taken-over' })
  const changed = { ...client, name: 'replaced' }
  assert.equal(await updateDescribedClient(ctx.db, changed, ctx.clock.now()), false)
  const { UserPoolClient } = await cognito.describeUserPoolClient({ UserPoolId: scene.poolId, ClientId })
  assert.equal(UserPoolClient!.ClientName, 'taken-over')
  assert.equal((await findClient(ctx, ClientId))!.client.registration, undefined)
})

test('where the pool has none of it, registrations are Cognito’s', async () => {
  await scene.standards({})
  const { status, body } = await register({ token_endpoint_auth_method: 'none', jwks: { keys: [] }, subject_type: 'x' })
  assert.equal(status, 201)
  for (const name of ['registration_access_token', 'registration_client_uri', 'jwks']) assert.equal(name in body, false)
  assert.equal((await register({ response_types: ['code id_token'] })).status, 400)
  assert.equal((await register({ token_endpoint_auth_method: 'private_key_jwt' })).status, 400)
  assert.equal((await call(`${scene.base}/oauth2/register/x`, 'GET')).status, 404)
  await scene.standards({ Profile: 'standard' })
})
