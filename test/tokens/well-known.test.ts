import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { after, before, test } from 'node:test'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import type { Config } from '../../src/config.ts'
import { bumpPoolRevision } from '../../src/pool/pools/pool-store.ts'
import { rotateSigningKeys } from '../../src/pool/tokens/rotate-signing-keys.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { headerOf, makePool, signedIn, signIn } from './fixture.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const at = (poolId: string, document: string) => `${server.url}/${poolId}/.well-known/${document}`
// biome-ignore lint/suspicious/noExplicitAny: a test names the members it looks at
const json = async (url: string): Promise<any> => (await fetch(url)).json()

/** Its own fetcher speaks https alone. */
const fetcher = { fetch: async (url: string) => (await fetch(url)).arrayBuffer() }

function verifierOf(poolId: string, clientId: string) {
  const properties = {
    issuer: `${server.url}/${poolId}`,
    jwksUri: at(poolId, 'jwks.json'),
    audience: null,
    customJwtCheck: ({ payload }: { payload: { client_id?: unknown; aud?: unknown } }) => {
      if (payload.client_id !== clientId && payload.aud !== clientId) throw new Error('of another client')
    },
  }
  return JwtVerifier.create(properties, { jwksCache: new SimpleJwksCache({ fetcher }) })
}

test('an independent verifier accepts both tokens and refuses altered ones', async () => {
  const who = await signedIn(server.ctx)
  const verifier = verifierOf(who.pool.id, who.client.id)
  for (const token of [who.tokens.accessToken, who.tokens.idToken!]) {
    assert.equal((await verifier.verify(token)).sub, who.user.id)
    const [head, body, tail] = token.split('.')
    const claims = { ...JSON.parse(Buffer.from(body!, 'base64url').toString()), sub: 'root' }
    const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${tail}`
    await assert.rejects(verifier.verify(forged), { message: 'Invalid signature' })
  }
})

test("a verifier of one pool refuses another pool's token", async () => {
  const [who, other] = [await signedIn(server.ctx), await signedIn(server.ctx)]
  await assert.rejects(verifierOf(who.pool.id, other.client.id).verify(other.tokens.accessToken), /not allowed|JWK/)
})

test('the key set has the two keys of the pool in the form of the service, and nothing private', async () => {
  const who = await signedIn(server.ctx)
  const { keys } = await json(at(who.pool.id, 'jwks.json'))
  assert.equal(keys.length, 2)
  for (const key of keys) {
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
    assert.deepEqual([key.alg, key.e, key.kty, key.use], ['RS256', 'AQAB', 'RSA', 'sig'])
    assert.match(key.kid, /^[A-Za-z0-9+/]{43}=$/)
  }
})

test('a verifier follows a rotation', async () => {
  const who = await signedIn(server.ctx)
  const verifier = verifierOf(who.pool.id, who.client.id)
  await rotateSigningKeys(server.ctx, who.pool.id)
  assert.equal((await json(at(who.pool.id, 'jwks.json'))).keys.length, 4)
  await verifier.verify(who.tokens.accessToken)
  const published = (await json(at(who.pool.id, 'jwks.json'))).keys.map((key: { kid: string }) => key.kid)
  const fresh = await signIn(server.ctx, who)
  assert.ok(published.includes((headerOf(fresh.accessToken) as { kid: string }).kid))
  await verifier.verify(fresh.accessToken)
})

test('discovery names addresses below the public URL while no domain is configured', async () => {
  const poolId = await makePool(server.ctx)
  const document = await json(at(poolId, 'openid-configuration'))
  const base = `${server.url}/${poolId}`
  assert.deepEqual(document, {
    issuer: base,
    authorization_endpoint: `${base}/oauth2/authorize`,
    token_endpoint: `${base}/oauth2/token`,
    userinfo_endpoint: `${base}/oauth2/userInfo`,
    revocation_endpoint: `${base}/oauth2/revoke`,
    end_session_endpoint: `${base}/logout`,
    jwks_uri: `${base}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  })
})

/** Not by fetch, which adds a `no-cache` to what is conditional. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = (await once(request(url, { headers }).end(), 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

test('both documents are open to every origin, cached, and answer a conditional request with 304', async () => {
  const poolId = await makePool(server.ctx)
  for (const document of ['jwks.json', 'openid-configuration']) {
    const url = at(poolId, document)
    const first = await fetch(url, { headers: { Origin: 'https://app.example.com' } })
    assert.equal(first.headers.get('access-control-allow-origin'), '*')
    assert.match(first.headers.get('cache-control')!, /max-age=\d+/)
    assert.match(first.headers.get('content-type')!, /^application\/json/)
    assert.equal(await statusOf(url, { 'If-None-Match': first.headers.get('etag')! }), 304)
    assert.equal(await statusOf(url, { 'If-None-Match': '"other"' }), 200)
    assert.equal((await fetch(url, { method: 'HEAD' })).status, 200)
    const preflight = await fetch(url, { method: 'OPTIONS' })
    assert.equal(preflight.status, 204)
    assert.match(preflight.headers.get('access-control-allow-methods')!, /GET/)
    assert.equal((await fetch(url, { method: 'POST' })).status, 405)
  }
})

test('an unknown pool has neither document', async () => {
  for (const document of ['jwks.json', 'openid-configuration'])
    assert.equal((await fetch(at('us-east-1_nothinghe', document))).status, 404)
})

const discoveryUnder = async (overrides: Partial<Config>, domain: string) => {
  const other = await startTestServer(overrides)
  try {
    const poolId = await makePool(other.ctx)
    const now = other.clock.now()
    const row = { pool_id: poolId, domain, settings: {}, created_at: now, updated_at: now }
    await other.ctx.db.insertInto('domains').values(row).execute()
    await bumpPoolRevision(other.ctx.db, poolId)
    const path = `/${poolId}`
    return {
      poolId,
      url: other.url,
      port: other.port,
      ...(await json(`${other.url}${path}/.well-known/openid-configuration`)),
    }
  } finally {
    await other.close()
  }
}

test("discovery names the pool's domain once a suffix is configured, or a custom domain exists", async () => {
  const prefixed = await discoveryUnder({ domainSuffix: 'auth.example.com', domainSuffixConfigured: true }, 'shop')
  assert.equal(prefixed.authorization_endpoint, `http://shop.auth.example.com:${prefixed.port}/oauth2/authorize`)
  assert.equal(prefixed.token_endpoint, `http://shop.auth.example.com:${prefixed.port}/oauth2/token`)
  assert.equal(prefixed.jwks_uri, `${prefixed.url}/${prefixed.poolId}/.well-known/jwks.json`)

  const custom = await discoveryUnder({}, 'login.example.com')
  assert.equal(custom.end_session_endpoint, 'https://login.example.com/logout')

  const unconfigured = await discoveryUnder({}, 'shop')
  assert.equal(unconfigured.token_endpoint, `${unconfigured.url}/${unconfigured.poolId}/oauth2/token`)
})

test('what services call is named under the internal URL, what browsers visit is not', async () => {
  const document = await discoveryUnder({ internalUrl: 'http://poolhouse:9500' }, 'shop')
  const internal = `http://poolhouse:9500/${document.poolId}`
  assert.equal(document.token_endpoint, `${internal}/oauth2/token`)
  assert.equal(document.userinfo_endpoint, `${internal}/oauth2/userInfo`)
  assert.equal(document.revocation_endpoint, `${internal}/oauth2/revoke`)
  assert.equal(document.jwks_uri, `${internal}/.well-known/jwks.json`)
  assert.equal(document.issuer, `${document.url}/${document.poolId}`)
  assert.equal(document.authorization_endpoint, `${document.url}/${document.poolId}/oauth2/authorize`)
})
