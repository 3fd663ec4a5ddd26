import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { askToken } from '../oauth/setup.ts'
import { postAs } from './post-as.ts'
import { type Scene, startScene } from './scene.ts'

let scene: Scene
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let app: { id: string; secret: string }
let keyServer: Server
let keysUri: string
let served: object[]
let asked = 0

before(async () => {
  scene = await startScene()
  await scene.server.cognito.createResourceServer({
    UserPoolId: scene.poolId,
    Identifier: 'jobs',
    Name: 'jobs',
    Scopes: [{ ScopeName: 'run', ScopeDescription: 'run' }],
  })
  keys = await generateKeyPair('ES256')
  app = await service()
  served = [await jwk(keys.publicKey)]
  keyServer = createServer((_, response) => {
    asked++
    response.end(JSON.stringify({ keys: served }))
  })
  await new Promise<void>((resolve) => keyServer.listen(0, 'localhost', resolve))
  keysUri = `http://localhost:${(keyServer.address() as AddressInfo).port}/jwks`
  await put(app.id, { TokenEndpointAuthMethod: 'private_key_jwt', Jwks: { keys: [await jwk(keys.publicKey)] } })
})
after(async () => {
  keyServer?.close()
  await scene.server.close()
})

const jwk = async (key: CryptoKey) => ({ ...(await exportJWK(key)), kid: 'k1', alg: 'ES256' })

const service = () =>
  scene.client({
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['jobs/run'],
    CallbackURLs: undefined,
    LogoutURLs: undefined,
    SupportedIdentityProviders: undefined,
  })

const put = (ClientId: string, Standards: object) =>
  scene.admin.putClientExtensions({ UserPoolId: scene.poolId, ClientId, Extensions: { Standards } })

const seconds = () => Math.floor(scene.server.clock.now().getTime() / 1000)

let number = 0
async function assertion(
  changes: JWTPayload = {},
  id = app.id,
  key: CryptoKey | Uint8Array = keys.privateKey,
  alg = 'ES256',
  typ?: string,
) {
  const claims = {
    iss: id,
    sub: id,
    aud: scene.base,
    iat: seconds(),
    exp: seconds() + 60,
    jti: `j${++number}`,
    ...changes,
  }
  return new SignJWT(claims).setProtectedHeader({ alg, kid: 'k1', typ }).sign(key)
}

const ask = (client_assertion: string, more: Record<string, string> = {}) =>
  askToken(scene.base, {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion,
    ...more,
  })

test('openid-client authenticates by private_key_jwt', async () => {
  const authentication = oidc.PrivateKeyJwt({ key: keys.privateKey, kid: 'k1' })
  const config = await oidc.discovery(new URL(scene.base), app.id, undefined, authentication, {
    execute: [oidc.allowInsecureRequests],
  })
  assert.equal((await oidc.clientCredentialsGrant(config, { scope: 'jobs/run' })).token_type, 'bearer')
})

test('openid-client authenticates by client_secret_jwt', async () => {
  const other = await service()
  const config = await oidc.discovery(new URL(scene.base), other.id, undefined, oidc.ClientSecretJwt(other.secret), {
    execute: [oidc.allowInsecureRequests],
  })
  await oidc.clientCredentialsGrant(config, { scope: 'jobs/run' })
  const guess = new TextEncoder().encode('x'.repeat(40))
  assert.equal((await ask(await assertion({}, other.id, guess, 'HS256'))).status, 401)
})

test('the audience may be the issuer or the endpoint, and nobody else', async () => {
  for (const aud of [scene.base, `${scene.base}/oauth2/token`, [scene.base, 'https://else.example.com']])
    assert.equal((await ask(await assertion({ aud }))).status, 200, String(aud))
  for (const aud of ['https://else.example.com', `${scene.server.url}/us-east-1_Other0000`, undefined])
    assert.equal((await ask(await assertion({ aud }))).status, 401, String(aud))
})

test('an assertion that was signed for another server is not taken under its name', async () => {
  const form = (aud: string) =>
    assertion({ aud }).then((client_assertion) => ({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    }))
  const path = `/${scene.poolId}/oauth2/token`
  for (const [host, status] of [
    ['evil.example.com', 401],
    [`evil.example.com:${new URL(scene.base).port}`, 401],
    [new URL(scene.base).host, 200],
  ] as const)
    assert.equal(
      await postAs(scene.server.url, { host, path, form: await form(`http://${host}${path}`) }),
      status,
      host,
    )
})

test('what is forged, old, long-lived or about another client is refused', async () => {
  const others = await generateKeyPair('ES256')
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await assertion()).split('.')[1]}.`
  const publicKey = Buffer.from(JSON.stringify(await jwk(keys.publicKey)))
  for (const [name, text] of Object.entries({
    'another key': await assertion({}, app.id, others.privateKey),
    expired: await assertion({ exp: seconds() - 60 }),
    'for a day': await assertion({ exp: seconds() + 86_400 }),
    'no jti': await assertion({ jti: undefined }),
    'no exp': await assertion({ exp: undefined }),
    'another subject': await assertion({ iss: 'x' }),
    'no algorithm': none,
    'the public key as a secret': await assertion({}, app.id, publicKey, 'HS256'),
    'no JWT': 'x',
  }))
    assert.deepEqual([(await ask(text)).status, (await ask(text)).body.error], [401, 'invalid_client'], name)
  assert.equal((await ask(await assertion(), { client_id: 'somebody' })).status, 401)
  assert.equal((await ask(await assertion(), { client_secret: app.secret })).body.error, 'invalid_request')
})

test('what the app has signed for another purpose is no assertion', async () => {
  const typed = async (typ: string) => (await ask(await assertion({}, app.id, keys.privateKey, 'ES256', typ))).status
  assert.deepEqual(
    await Promise.all(['oauth-authz-req+jwt', 'dpop+jwt', 'application/secevent+jwt'].map(typed)),
    [401, 401, 401],
  )
  assert.deepEqual(await Promise.all(['JWT', 'client-authentication+jwt'].map(typed)), [200, 200])
})

test('an assertion works only once, even with concurrent requests', async () => {
  const text = await assertion()
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(text)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal((await ask(text)).status, 401)
})

test('a client that signs is not taken at its secret any more, and at its signature only where that is on', async () => {
  const basic = { authorization: `Basic ${Buffer.from(`${app.id}:${app.secret}`).toString('base64')}` }
  assert.equal((await askToken(scene.base, { grant_type: 'client_credentials' }, basic)).body.error, 'invalid_client')
  const off = await service()
  await put(off.id, { ClientAssertions: false, Jwks: { keys: [await jwk(keys.publicKey)] } })
  assert.equal((await ask(await assertion({}, off.id))).body.error, 'invalid_client')
})

test('keys at an address are fetched, and a key that the app has withdrawn is refused after a minute', async (t) => {
  const remote = await service()
  await put(remote.id, { TokenEndpointAuthMethod: 'private_key_jwt', JwksUri: keysUri })
  assert.equal((await ask(await assertion({}, remote.id))).status, 200)
  served = []
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 })
  assert.equal((await ask(await assertion({}, remote.id))).status, 401)
})

test('a key that the app has just added counts at once, and unknown ones are not looked for without end', async (t) => {
  const remote = await service()
  await put(remote.id, { TokenEndpointAuthMethod: 'private_key_jwt', JwksUri: `${keysUri}/rotated` })
  served = [await jwk(keys.publicKey)]
  assert.equal((await ask(await assertion({}, remote.id))).status, 200)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2000 })
  const added = await generateKeyPair('ES256')
  served = [{ ...(await jwk(added.publicKey)), kid: 'k2' }]
  const signed = async (kid: string) => {
    const claims = { iss: remote.id, sub: remote.id, aud: scene.base, exp: seconds() + 60, jti: crypto.randomUUID() }
    return ask(await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(added.privateKey))
  }
  assert.equal((await signed('k2')).status, 200)
  const before = asked
  for (const kid of ['k3', 'k4', 'k5']) assert.equal((await signed(kid)).status, 401)
  assert.equal(asked, before)
  served = []
})

test('an address is asked once for many calls, also where it does not answer', async () => {
  const remote = await service()
  await put(remote.id, { JwksUri: `${keysUri}/new` })
  const before = asked
  await Promise.all(Array.from({ length: 5 }, async () => ask(await assertion({}, remote.id))))
  assert.equal(asked, before + 1)
  await put(remote.id, { JwksUri: 'http://localhost:9/none' })
  const answers = await Promise.all(Array.from({ length: 3 }, async () => ask(await assertion({}, remote.id))))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [401, 401, 401],
  )
})

test('documents that name no keys, private keys or odd addresses are refused', async () => {
  const invalid = { name: 'InvalidParameterException' }
  const priv = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
  await assert.rejects(put(app.id, { TokenEndpointAuthMethod: 'private_key_jwt' }), invalid)
  await assert.rejects(put(app.id, { Jwks: { keys: [] } }), invalid)
  await assert.rejects(put(app.id, { Jwks: { keys: [priv] } }), invalid)
  await assert.rejects(put(app.id, { Jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }), invalid)
  await assert.rejects(put(app.id, { JwksUri: 'file:///etc/passwd' }), invalid)
  await assert.rejects(put(app.id, { JwksUri: keysUri, Jwks: { keys: [await jwk(keys.publicKey)] } }), invalid)
})
