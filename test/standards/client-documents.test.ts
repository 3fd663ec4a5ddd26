import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { PoolStandards } from '../../src/admin/index.ts'
import { documentClientId } from '../../src/pool/clients/client-document.ts'
import { createBrowser } from '../oauth/browser.ts'
import { sendForm } from '../oauth/login-form.ts'
import { askToken, claimsOf } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/** Client ids that are the address of a document about the client. */
const standards: PoolStandards = { Profile: 'standard', ClientIdMetadataDocuments: true }
const callback = 'https://agent.example.com/callback'
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

let scene: Scene
let host: Server
let answer: RequestListener
let asked: string[]
let documents: Record<string, object>
let last = 0

before(async () => {
  host = createServer((request, response) => {
    asked.push(request.url!)
    answer(request, response)
  })
  await new Promise<void>((resolve) => host.listen(0, 'localhost', resolve))
  const url = `http://localhost:${(host.address() as AddressInfo).port}`
  scene = await startScene(standards, {}, { identityProviderHosts: { 'agent.example.com': url } })
})
after(async () => {
  await scene.server.close()
  host.closeAllConnections()
  host.close()
})
beforeEach(() => {
  asked = []
  documents = {}
  answer = ({ url }, response) => {
    const found = documents[url!]
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(found ?? {}))
  }
})

/** A document at an address of its own. */
function documentOf(members: object = {}, path = `/clients/${++last}`): string {
  const url = `https://agent.example.com${path}`
  documents[path] = { client_id: url, client_name: 'An agent', redirect_uris: [callback], ...members }
  return url
}

const requestOf = (client_id: string, more: Record<string, string> = {}) =>
  authorizeUrl(scene, {
    client_id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })

const begin = (client_id: string, more?: Record<string, string>) => createBrowser().get(requestOf(client_id, more))
const isAtLogin = (response: Response) => (response.headers.get('location') ?? '').includes('/login?')

/** To the app, by the pages of sign-in and consent. */
async function signIn(url: string) {
  const browser = createBrowser()
  const login = await browser.follow(url, ({ pathname }) => pathname.endsWith('/login'))
  const signedIn = await sendForm(browser, login, credentials)
  const consent = await browser.follow(new URL(signedIn.headers.get('location')!, login).href, ({ pathname }) =>
    pathname.endsWith('/consent'),
  )
  const page = await (await browser.get(consent.href)).text()
  const allowed = await sendForm(browser, consent, { answer: 'allow' })
  return { page, at: new URL(allowed.headers.get('location')!) }
}

test('an app whose id is an address signs users in, and its tokens name that address', async () => {
  const client_id = documentOf()
  const { page, at } = await signIn(requestOf(client_id))
  assert.match(page, /An agent \(agent\.example\.com\)/)
  const form = { grant_type: 'authorization_code', code: at.searchParams.get('code')!, redirect_uri: callback }
  const { status, body } = await askToken(scene.base, { ...form, client_id, code_verifier: verifier })
  assert.equal(status, 200)
  assert.equal(claimsOf(body.access_token).client_id, client_id)
  assert.equal(claimsOf(body.id_token!).aud, client_id)
  const renewed = await askToken(scene.base, {
    grant_type: 'refresh_token',
    refresh_token: body.refresh_token!,
    client_id,
  })
  assert.equal(claimsOf(renewed.body.access_token).client_id, client_id)
  const info = await fetch(`${scene.base}/oauth2/userInfo`, {
    headers: { authorization: `Bearer ${renewed.body.access_token}` },
  })
  assert.equal(info.status, 200)
  assert.equal(asked.length, 1, 'the document is fetched once')
  const hinted = await begin(client_id, { id_token_hint: body.id_token!, prompt: 'none' })
  assert.match(hinted.headers.get('location')!, /error=login_required/, 'the hint is one of this app')
})

test('apps are told of sign-outs, and APIs of who acts, by the address and never by the id of the pool’s list', async () => {
  await scene.standards({ ...standards, TokenExchange: true })
  const keys = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'ES256' }] }
  const client_id = documentOf({ token_endpoint_auth_method: 'private_key_jwt', jwks })
  const url = new URL(client_id)
  const proof = async () => ({
    client_id,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT({ iss: client_id, sub: client_id, aud: scene.base, jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime(new Date(scene.server.clock.now().getTime() + 60_000))
      .sign(keys.privateKey),
  })
  await begin(client_id)
  const ClientId = documentClientId(scene.poolId, client_id)
  const { Extensions } = await scene.admin.getClientExtensions({ UserPoolId: scene.poolId, ClientId })
  const resource = 'https://orders.example.com'
  await scene.admin.putClientExtensions({
    UserPoolId: scene.poolId,
    ClientId,
    Extensions: {
      Standards: {
        ...Extensions!.Standards,
        BackChannelLogoutUri: `${url.origin}/left`,
        TokenExchangePolicy: { SubjectAudiences: [resource], TargetAudiences: ['https://stock.example.com'] },
      },
    },
  })
  const { at } = await signIn(requestOf(client_id, { resource }))
  const code = { grant_type: 'authorization_code', code: at.searchParams.get('code')!, redirect_uri: callback }
  const { body } = await askToken(scene.base, { ...code, ...(await proof()), code_verifier: verifier })
  const traded = await askToken(scene.base, {
    ...(await proof()),
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: body.access_token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    resource: 'https://stock.example.com',
    scope: 'openid',
  })
  const { client_id: named, act } = claimsOf(traded.body.access_token)
  assert.deepEqual([named, act], [client_id, { sub: client_id }])
  const introspected = await fetch(`${scene.base}/oauth2/introspect`, {
    method: 'POST',
    body: new URLSearchParams({ ...(await proof()), token: traded.body.access_token }),
  })
  assert.equal(((await introspected.json()) as { client_id: string }).client_id, client_id)
  const told = Promise.withResolvers<string>()
  answer = async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    told.resolve(new URLSearchParams(text).get('logout_token')!)
    response.end()
  }
  await scene.server.cognito.adminUserGlobalSignOut({ UserPoolId: scene.poolId, Username: credentials.username })
  const logout = claimsOf(await told.promise)
  assert.deepEqual([logout.aud, logout.sub], [client_id, scene.sub])
  await scene.standards(standards)
})

test('discovery announces client metadata documents while the pool accepts them', async () => {
  const metadata = async () =>
    (await (await fetch(`${scene.base}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
  assert.equal((await metadata()).client_id_metadata_document_supported, true)
  const client_id = documentOf()
  assert.ok(isAtLogin(await begin(client_id)))
  await scene.standards({ Profile: 'standard' })
  assert.equal('client_id_metadata_document_supported' in (await metadata()), false)
  assert.equal((await begin(client_id)).status, 400)
  const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id }
  assert.equal((await askToken(scene.base, form)).body.error, 'invalid_client')
  await scene.standards({ ...standards, ClientIdHosts: ['other.example.com'] })
  assert.equal((await begin(client_id)).status, 400, 'only the hosts that the pool names')
  assert.equal(asked.length, 1)
  await scene.standards({ ...standards, ClientIdHosts: ['agent.example.com'] })
  assert.ok(isAtLogin(await begin(client_id)))
  await scene.standards(standards)
})

test('pages that name the app by the address of its document show its style', async () => {
  const client_id = documentOf()
  await begin(client_id)
  const ClientId = documentClientId(scene.poolId, client_id)
  const Settings = { components: { primaryButton: { lightMode: { defaults: { backgroundColor: 'c01020ff' } } } } }
  await scene.server.cognito.createManagedLoginBranding({ UserPoolId: scene.poolId, ClientId, Settings })
  const browser = createBrowser()
  for (const page of ['signout', 'account', 'passkeys/add']) {
    const query = new URLSearchParams({ client_id, redirect_uri: callback })
    const html = await (await browser.get(`${scene.base}/${page}?${query}`)).text()
    if (page === 'signout') assert.ok(html.includes(`/branding/${ClientId}.managed.`), page)
    else assert.doesNotMatch(html, /invalid_client|no app/i, page)
  }
})

test('the page that asks the user links to what the document names, on its own host', async () => {
  const client_uri = 'https://agent.example.com/about'
  const client_id = documentOf({ client_uri, tos_uri: 'https://bank.example.com/', policy_uri: 'javascript:alert(1)' })
  const { page } = await signIn(requestOf(client_id))
  assert.ok(page.includes(`href="${client_uri}"`))
  assert.doesNotMatch(page, /bank\.example|javascript:/)
})

test('a document that is changed counts once it is out of date', async () => {
  const client_id = documentOf()
  assert.ok(isAtLogin(await begin(client_id)))
  const moved = 'https://agent.example.com/moved'
  documentOf({ redirect_uris: [moved] }, new URL(client_id).pathname)
  assert.ok(isAtLogin(await begin(client_id)), 'not fetched again at once')
  assert.equal((await begin(client_id, { redirect_uri: moved })).status, 400)
  scene.server.clock.advance({ seconds: 301 })
  assert.ok(isAtLogin(await begin(client_id, { redirect_uri: moved })))
  assert.equal((await begin(client_id)).status, 400)
  delete documents[new URL(client_id).pathname]
  scene.server.clock.advance({ seconds: 301 })
  assert.equal((await begin(client_id, { redirect_uri: moved })).status, 400, 'a document that is gone')
})

test('only listed addresses are gone to; an app of the own machine may choose its port', async () => {
  const client_id = documentOf({ redirect_uris: ['http://127.0.0.1/done', 'http://localhost:8080/done'] })
  for (const redirect_uri of ['http://127.0.0.1:50123/done', 'http://127.0.0.1/done', 'http://localhost:9/done'])
    assert.ok(isAtLogin(await begin(client_id, { redirect_uri })), redirect_uri)
  for (const redirect_uri of [
    'http://127.0.0.1:50123/other',
    'http://127.0.0.1.example.com/done',
    'http://127.0.0.1:80@example.com/done',
    'http://localhost:1/done/more',
    'https://127.0.0.1:50123/done',
    callback,
  ])
    assert.equal((await begin(client_id, { redirect_uri })).status, 400, redirect_uri)
})

test('an app with a key proves it at every endpoint, and is no public client anywhere', async () => {
  const keys = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'ES256', kid: 'k' }] }
  const client_id = documentOf({ token_endpoint_auth_method: 'private_key_jwt', jwks })
  const sign = (iss: string, key = keys.privateKey) =>
    new SignJWT({ iss, sub: iss, aud: scene.base, jti: String(Math.random()) })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setExpirationTime(new Date(scene.server.clock.now().getTime() + 60_000))
      .sign(key)
  const asserted = async (key = keys.privateKey) => ({
    client_id,
    client_assertion: await sign(client_id, key),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })
  const request = Object.fromEntries(new URL(requestOf(client_id)).searchParams)
  const push = async (form: Record<string, string>) => {
    const body = new URLSearchParams(form)
    const response = await fetch(`${scene.base}/oauth2/par`, { method: 'POST', body })
    return (await response.json()) as Record<string, string>
  }
  const other = (await generateKeyPair('ES256')).privateKey
  assert.equal((await push({ ...request, ...(await asserted(other)) })).error, 'invalid_client')
  assert.equal((await push(request)).error, 'invalid_client', 'its id alone')
  const { request_uri } = await push({ ...request, ...(await asserted()) })
  const { at } = await signIn(authorizeUrl(scene, { client_id, request_uri: request_uri! }))
  const form = {
    grant_type: 'authorization_code',
    code: at.searchParams.get('code')!,
    redirect_uri: callback,
    code_verifier: verifier,
  }
  assert.equal((await askToken(scene.base, { ...form, client_id })).body.error, 'invalid_client')
  const { body } = await askToken(scene.base, { ...form, ...(await asserted()) })
  assert.equal(claimsOf(body.access_token).client_id, client_id)

  const { UserPoolClients } = await scene.server.cognito.listUserPoolClients({
    UserPoolId: scene.poolId,
    MaxResults: 60,
  })
  for (const { ClientId } of UserPoolClients!)
    await assert.rejects(
      scene.server.cognito.getTokensFromRefreshToken({ ClientId, RefreshToken: body.refresh_token }),
      { name: 'NotAuthorizedException' },
      'the JSON API takes no signature',
    )
  await scene.standards({ ...standards, ClientAssertions: false })
  assert.equal((await askToken(scene.base, { ...form, client_id })).body.error, 'invalid_client')
  await scene.standards(standards)
})

test('an administrator’s changes to such a client last, and the document still sets its redirect URIs', async () => {
  const client_id = documentOf()
  await begin(client_id)
  const { UserPoolClients } = await scene.server.cognito.listUserPoolClients({
    UserPoolId: scene.poolId,
    MaxResults: 60,
  })
  const found = await Promise.all(
    UserPoolClients!.map(({ ClientId }) =>
      scene.server.cognito.describeUserPoolClient({ UserPoolId: scene.poolId, ClientId }),
    ),
  )
  const latest = found
    .map(({ UserPoolClient }) => UserPoolClient!)
    .sort((one, two) => two.CreationDate!.getTime() - one.CreationDate!.getTime())[0]!
  const { CreationDate, LastModifiedDate, ClientType, ...settings } = latest as typeof latest & { ClientType: string }
  await scene.server.cognito.updateUserPoolClient({
    ...settings,
    UserPoolId: scene.poolId,
    ClientId: latest.ClientId!,
    AllowedOAuthScopes: ['openid'],
  })
  documentOf({ redirect_uris: ['https://agent.example.com/new'] }, new URL(client_id).pathname)
  scene.server.clock.advance({ seconds: 301 })
  const refused = await begin(client_id, { redirect_uri: 'https://agent.example.com/new' })
  assert.match(refused.headers.get('location')!, /^https:\/\/agent\.example\.com\/new\?error=invalid_scope/)
})

test('documents that are not what they should be make no client', async () => {
  const wrong: Record<string, object> = {
    'another id': { client_id: 'https://agent.example.com/other' },
    'no id': { client_id: undefined },
    'a secret': { client_secret: 'x' },
    'a shared secret': { token_endpoint_auth_method: 'client_secret_basic' },
    'keys that are missing': { token_endpoint_auth_method: 'private_key_jwt' },
    'keys at a plain address': { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'ftp://agent.example.com/k' },
    'private keys': { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', d: 'x' }] } },
    'no address': { redirect_uris: [] },
    'addresses that are not text': { redirect_uris: [1] },
    'a script as its address': { redirect_uris: ['javascript:alert(1)'] },
    'no codes': { grant_types: ['client_credentials'] },
    'scopes of nobody': { scope: 'everything' },
  }
  for (const [what, members] of Object.entries(wrong))
    assert.equal((await begin(documentOf(members))).status, 400, what)
  const sent: Record<string, RequestListener> = {
    'a redirect': (_, response) => response.writeHead(302, { location: 'https://agent.example.com/1' }).end(),
    'an error': (_, response) => response.writeHead(500).end(),
    HTML: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}'),
    'a list': (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[]'),
    'too much': (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"a":"${'a'.repeat(17_000)}"}`),
    'nothing, and the line cut': (request) => request.socket.destroy(),
  }
  for (const [what, listener] of Object.entries(sent)) {
    answer = listener
    const before = asked.length
    assert.equal((await begin(`https://agent.example.com/sent/${++last}`)).status, 400, what)
    assert.equal(asked.length, before + 1, 'nothing is followed')
  }
})

test('a server that never finishes is left after five seconds', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{')
  }
  assert.equal((await begin('https://agent.example.com/slow')).status, 400)
})

test('ids that are not one clean address are not fetched', async () => {
  for (const id of [
    'https://agent.example.com',
    'https://agent.example.com/',
    'http://agent.example.com/a',
    'https://agent.example.com/a/../b',
    'https://agent.example.com/a/%2e%2e/b',
    'https://agent.example.com/a#b',
    'https://ann@agent.example.com/a',
    'https://AGENT.example.com/a',
    'https://agent.example.com:443/a',
    'https:\\\\agent.example.com\\a',
    ' https://agent.example.com/a',
    `https://agent.example.com/${'a'.repeat(512)}`,
  ])
    assert.equal((await begin(id)).status, 400, id)
  assert.deepEqual(asked, [])
})

test('nobody makes the server fetch without end', async () => {
  let page: Response
  let fetched = 0
  do page = await begin(documentOf())
  while (isAtLogin(page) && ++fetched < 61)
  assert.ok(fetched < 61)
  assert.equal(page.status, 400)
})

test('private addresses are never connected to, however they are written or resolved', async () => {
  const { port } = host.address() as AddressInfo
  // The name resolves to an address of the own machine, as a name of an attacker could.
  const identityProviderHosts = { 'agent.example.com': `http://localhost:${port}` }
  const strict = await startScene(standards, {}, { allowPrivateAddresses: false, identityProviderHosts })
  try {
    for (const at of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '169.254.169.254',
      '10.0.0.1',
      'agent.example.com',
      `agent.example.com:${port}`,
    ]) {
      const url = authorizeUrl(strict, {
        client_id: `https://${at}/client`,
        redirect_uri: callback,
        response_type: 'code',
      })
      assert.equal((await createBrowser().get(url)).status, 400, at)
    }
    const app = await strict.client(
      {},
      {
        TokenEndpointAuthMethod: 'private_key_jwt',
        JwksUri: 'https://agent.example.com/jwks',
        BackChannelLogoutUri: 'https://agent.example.com/back',
      },
    )
    const { privateKey } = await generateKeyPair('ES256')
    const client_assertion = await new SignJWT({ iss: app.id, sub: app.id, aud: strict.base, jti: 'x' })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1m')
      .sign(privateKey)
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const form = { grant_type: 'refresh_token', refresh_token: 'x', client_assertion, client_assertion_type }
    assert.equal((await askToken(strict.base, form)).body.error, 'invalid_client', 'jwks_uri')
    const request = { client_id: app.id, redirect_uri: 'https://app.example.com/callback', response_type: 'code' }
    const refused = await createBrowser().get(
      authorizeUrl(strict, { ...request, request_uri: 'https://agent.example.com/request' }),
    )
    assert.match(refused.headers.get('location')!, /error=request_uri_not_supported/)

    const { cognito, ctx } = strict.server
    const [AuthFlow, ClientId] = ['USER_PASSWORD_AUTH', app.id] as const
    const AuthParameters = { USERNAME: credentials.username, PASSWORD: credentials.password }
    await cognito.initiateAuth({ AuthFlow, ClientId, AuthParameters })
    await cognito.adminUserGlobalSignOut({ UserPoolId: strict.poolId, Username: credentials.username })
    const tried = () => ctx.db.selectFrom('notices').select('id').where('attempts', '>', 0).executeTakeFirst()
    for (let waited = 0; !(await tried()); waited += 20) {
      assert.ok(waited < 8000, 'the logout token is never tried')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.deepEqual(asked, [])
  } finally {
    await strict.server.close()
  }
})
