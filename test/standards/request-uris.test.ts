import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { PoolStandards } from '../../src/admin/index.ts'
import { createBrowser } from '../oauth/browser.ts'
import { signInByForm } from '../oauth/login-form.ts'
import { askToken, callback } from '../oauth/setup.ts'
import { authorizeUrl, credentials, type Scene, startScene } from './scene.ts'

/** Signed requests that the server fetches from an address of the app: `request_uri` of RFC 9101. */
const standards: PoolStandards = { Profile: 'standard', RequestObjects: true, RequestsByReference: true }
const type = 'application/oauth-authz-req+jwt'

let scene: Scene
let host: Server
let answer: RequestListener
let fetched: string[]
let objects: Record<string, string>
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let Jwks: { keys: Record<string, unknown>[] }
let last = 0

before(async () => {
  host = createServer((request, response) => {
    fetched.push(request.url!)
    answer(request, response)
  })
  await new Promise<void>((resolve) => host.listen(0, 'localhost', resolve))
  const url = `http://localhost:${(host.address() as AddressInfo).port}`
  scene = await startScene(
    standards,
    {},
    { identityProviderHosts: { 'app.example.com': url, 'slow.example.com': url } },
  )
  keys = await generateKeyPair('ES256')
  Jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }] }
})
after(async () => {
  await scene.server.close()
  host.closeAllConnections()
  host.close()
})
beforeEach(() => {
  fetched = []
  objects = {}
  answer = ({ url }, response) => {
    const found = objects[url!]
    response.writeHead(found ? 200 : 404, { 'content-type': type })
    response.end(found)
  }
})

const newUri = () => `https://app.example.com/request/${++last}`
const pathOf = (uri: string) => new URL(uri).pathname

/** An app that has registered addresses of requests. */
const appAt = (...RequestUris: string[]) =>
  scene.client({ GenerateSecret: true }, { Jwks, ...(RequestUris.length > 0 && { RequestUris }) })

function objectOf(id: string, changes: JWTPayload = {}, alg = 'ES256', key = keys.privateKey): Promise<string> {
  const request = { client_id: id, redirect_uri: callback, response_type: 'code', scope: 'openid', state: 'signed' }
  return new SignJWT({ ...request, iss: id, aud: scene.base, ...changes })
    .setProtectedHeader({ alg, kid: 'k1', typ: 'oauth-authz-req+jwt' })
    .sign(key)
}

const requestOf = (client_id: string, request_uri: string, more: Record<string, string> = {}) =>
  authorizeUrl(scene, {
    client_id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid',
    request_uri,
    ...more,
  })

/** The error that the app gets; undefined where the login page comes. */
async function errorOf(id: string, uri: string, more?: Record<string, string>): Promise<string | undefined> {
  const response = await fetch(requestOf(id, uri, more), { redirect: 'manual' })
  const location = new URL(response.headers.get('location')!, scene.base)
  if (location.pathname.endsWith('/login')) return undefined
  assert.equal(location.origin + location.pathname, callback)
  return location.searchParams.get('error') ?? 'none'
}

test('an app signs users in with a request that lies at its address', async () => {
  const uri = newUri()
  const { id, secret } = await appAt(uri)
  objects[pathOf(uri)] = await objectOf(id, { scope: 'openid email' })
  const url = new URL(requestOf(id, uri, { state: 'tampered', redirect_uri: 'https://evil.example.com' }))
  const at = await signInByForm(createBrowser(), url, credentials)
  assert.equal(at.origin + at.pathname, callback)
  assert.equal(at.searchParams.get('state'), 'signed')
  const code = at.searchParams.get('code')!
  const form = { grant_type: 'authorization_code', code, redirect_uri: callback, client_id: id, client_secret: secret }
  const { status, body } = await askToken(scene.base, form)
  assert.equal(status, 200)
  assert.match(body.access_token, /^ey/)
})

test('metadata says that request_uri is read and has to be registered, while the pool reads it', async () => {
  const metadata = async () => {
    const response = await fetch(`${scene.base}/.well-known/openid-configuration`)
    const { request_uri_parameter_supported, require_request_uri_registration } = (await response.json()) as never
    return [request_uri_parameter_supported, require_request_uri_registration]
  }
  assert.deepEqual(await metadata(), [true, true])
  const uri = newUri()
  const { id } = await appAt(uri)
  for (const off of [{ RequestObjects: false }, { RequestsByReference: false }]) {
    await scene.standards({ ...standards, ...off })
    assert.deepEqual(await metadata(), [false, undefined])
    assert.match((await errorOf(id, uri))!, /^(request_uri_not_supported|invalid_request_uri)$/)
  }
  await scene.standards(standards)
  assert.deepEqual(fetched, [])
})

test('only addresses that this app has registered are fetched, character by character', async () => {
  const uri = newUri()
  const { id } = await appAt(`${uri}#v1`)
  const others = newUri()
  await appAt(others)
  objects[pathOf(uri)] = await objectOf(id)
  objects[pathOf(others)] = await objectOf(id)
  for (const refused of [uri, `${uri}#v2`, `${uri}?x=1#v1`, uri.toUpperCase(), others, `${uri}/../2#v1`, 'x', ''])
    assert.equal(await errorOf(id, refused), 'invalid_request_uri', refused)
  assert.equal(await errorOf((await appAt()).id, uri), 'invalid_request_uri', 'an app without any')
  const twice = await fetch(`${requestOf(id, `${uri}#v1`)}&request_uri=${encodeURIComponent(others)}`, {
    redirect: 'manual',
  })
  assert.match(twice.headers.get('location')!, /error=invalid_request&/)
  assert.equal(await errorOf(id, `${uri}#v1`, { request: await objectOf(id) }), 'invalid_request_object')
  assert.deepEqual(fetched, [])
  assert.equal(await errorOf(id, `${uri}#v1`), undefined)
  assert.deepEqual(fetched, [pathOf(uri)])
})

test('what is no request of this app is refused, wherever it lies', async () => {
  const others = await generateKeyPair('ES256')
  const text = Buffer.from('{"alg":"none"}').toString('base64url')
  for (const [name, make] of Object.entries({
    unsigned: async (id: string) => `${text}.${(await objectOf(id)).split('.')[1]}.`,
    forged: (id: string) => objectOf(id, {}, 'ES256', others.privateKey),
    expired: (id: string) => objectOf(id, { exp: 1 }),
    'for another server': (id: string) => objectOf(id, { aud: 'https://else.example.com' }),
    'of another app, whose keys are the same': async () => objectOf((await appAt()).id),
    'about another app': (id: string) => objectOf(id, { client_id: 'somebody' }),
    'one that names another': (id: string) => objectOf(id, { request_uri: 'https://app.example.com/more' }),
    huge: (id: string) => objectOf(id, { state: 'x'.repeat(9000) }),
    'no JWT': async () => '<html>',
  })) {
    const uri = newUri()
    const { id } = await appAt(uri)
    objects[pathOf(uri)] = await make(id)
    assert.equal(await errorOf(id, uri), 'invalid_request_uri', name)
  }
})

test('redirects, errors, other types and endless answers are refused', async () => {
  const good = await appAt()
  const object = await objectOf(good.id)
  const answers: Record<string, RequestListener> = {
    'a redirect': (_, response) =>
      response.writeHead(302, { location: '/elsewhere', 'content-type': type }).end(object),
    'an error': (_, response) => response.writeHead(500, { 'content-type': type }).end(object),
    'a page': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(object),
    nothing: ({ socket }) => socket.destroy(),
    'more than there may be': (_, response) => {
      response.writeHead(200, { 'content-type': type })
      response.on('error', () => {})
      for (let sent = 0; sent < 64; sent++) response.write('x'.repeat(1024))
    },
  }
  for (const [name, given] of Object.entries(answers)) {
    const uri = newUri()
    answer = given
    assert.equal(await errorOf((await appAt(uri)).id, uri), 'invalid_request_uri', name)
  }
  assert.ok(!fetched.includes('/elsewhere'))
})

test('one fetch serves everybody for a minute, or for an hour where the address has a fragment', async () => {
  const uri = newUri()
  const versioned = `${newUri()}#sha`
  const { id } = await appAt(uri, versioned)
  objects[pathOf(uri)] = await objectOf(id)
  objects[pathOf(versioned)] = await objectOf(id)
  await Promise.all([1, 2, 3].map(async () => assert.equal(await errorOf(id, uri), undefined)))
  assert.equal(await errorOf(id, versioned), undefined)
  assert.equal(fetched.length, 2)
  scene.server.clock.advance({ seconds: 61 })
  assert.equal(await errorOf(id, uri), undefined)
  assert.equal(await errorOf(id, versioned), undefined)
  assert.deepEqual(fetched.slice(2), [pathOf(uri)])
  delete objects[pathOf(uri)]
  scene.server.clock.advance({ seconds: 61 })
  for (let tries = 0; tries < 3; tries++) assert.equal(await errorOf(id, uri), 'invalid_request_uri')
  assert.equal(fetched.length, 4, 'an address that fails is left alone for a while')
  scene.server.clock.advance({ hours: 1 })
  assert.equal(await errorOf(id, versioned), undefined)
  assert.equal(fetched.length, 5)
})

test('slow addresses of one host hold up no other host', async () => {
  const slow = Array.from({ length: 24 }, (_, number) => `https://slow.example.com/request/${number}`)
  const apps = await Promise.all([appAt(...slow.slice(0, 12)), appAt(...slow.slice(12))])
  const uri = newUri()
  const { id } = await appAt(uri)
  objects[pathOf(uri)] = await objectOf(id)
  const waiting: (() => void)[] = []
  const first = Promise.withResolvers<void>()
  answer = ({ url }, response) => {
    const found = objects[url!]
    const end = () => response.writeHead(found ? 200 : 404, { 'content-type': type }).end(found)
    if (found) return end()
    waiting.push(end)
    first.resolve()
  }
  const held = slow.map((one, number) => errorOf(apps[number < 12 ? 0 : 1]!.id, one))
  await first.promise
  assert.equal(await errorOf(id, uri), undefined)
  assert.ok(waiting.length <= 4, `${waiting.length} fetches of one host at once`)
  answer = (_, response) => response.writeHead(404).end()
  for (const end of waiting) end()
  for (const error of await Promise.all(held)) assert.equal(error, 'invalid_request_uri')
})

test('an app that has to push its requests has none fetched, and none can be pushed', async () => {
  const uri = newUri()
  const { id, secret } = await scene.client(
    { GenerateSecret: true },
    { Jwks, RequestUris: [uri], RequirePushedAuthorizationRequests: true },
  )
  objects[pathOf(uri)] = await objectOf(id)
  assert.equal(await errorOf(id, uri), 'invalid_request')
  const body = new URLSearchParams({ client_id: id, client_secret: secret, request_uri: uri })
  const pushed = await fetch(`${scene.base}/oauth2/par`, { method: 'POST', body })
  assert.equal(pushed.status, 400)
  assert.deepEqual(fetched, [])
})

test('an app registers the addresses of its requests, and the algorithm by which it signs', async () => {
  await scene.server.cognito.updateUserPool({
    UserPoolId: scene.poolId,
    DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: true },
  })
  const register = async (metadata: object) => {
    const response = await fetch(`${scene.base}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [callback], jwks: Jwks, ...metadata }),
    })
    return (await response.json()) as Record<string, string>
  }
  const uri = newUri()
  const rsa = await generateKeyPair('RS256')
  const jwks = { keys: [...Jwks.keys, { ...(await exportJWK(rsa.publicKey)), kid: 'k2' }] }
  const registered = await register({ request_uris: [uri], request_object_signing_alg: 'RS256', jwks })
  assert.deepEqual(registered.request_uris, [uri])
  assert.equal(registered.request_object_signing_alg, 'RS256')
  const id = registered.client_id!
  objects[pathOf(uri)] = await objectOf(id)
  assert.equal(await errorOf(id, uri), 'invalid_request_uri', 'signed by ES256')
  scene.server.clock.advance({ seconds: 61 })
  objects[pathOf(uri)] = await new SignJWT({ redirect_uri: callback, response_type: 'code', iss: id, aud: scene.base })
    .setProtectedHeader({ alg: 'RS256', kid: 'k2' })
    .sign(rsa.privateKey)
  assert.equal(await errorOf(id, uri), undefined)
  for (const refused of [
    { request_uris: ['http://app.example.com:1/x', 'ftp://app.example.com/x'] },
    { request_uris: [`https://app.example.com/${'x'.repeat(512)}`] },
    { request_uris: Array.from({ length: 21 }, (_, i) => `https://app.example.com/${i}`) },
    { request_uris: 'https://app.example.com/x' },
    { request_object_signing_alg: 'none' },
  ])
    assert.equal((await register(refused)).error, 'invalid_client_metadata', JSON.stringify(refused))
})
