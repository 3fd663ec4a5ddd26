import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { engineChecks, engineOf } from '../../src/oauth/engine.ts'
import type { Surface } from '../../src/oauth/surface.ts'
import { requirePool } from '../../src/pool/pools/pool.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { authorizeUrl, callback, createBrowser } from './setup.ts'

/** What is relied on of oidc-provider beyond what it promises. An upgrade that breaks one of these says so here. */
let server: TestServer
let poolId: string
let surface: Surface

before(async () => {
  server = await startTestServer()
  poolId = (await server.cognito.createUserPool({ PoolName: 'engine' })).UserPool!.Id!
  surface = { poolId, base: `/${poolId}`, origin: `${server.url}/${poolId}`, path: '/' }
})
after(() => server.close())

const engine = async () => engineOf(server.ctx, await requirePool(server.ctx, poolId), surface)

test('an instance is reused until its pool changes', async () => {
  const first = await engine()
  assert.equal(await engine(), first)
  assert.notEqual(await engineOf(server.ctx, await requirePool(server.ctx, poolId), { ...surface, base: '' }), first)
  await server.cognito.updateUserPool({ UserPoolId: poolId, AutoVerifiedAttributes: ['email'] })
  assert.notEqual(await engine(), first)
})

test('it is one middleware, which runs within another app’s response', async () => {
  assert.equal((await engine()).middleware.length, 1)
})

test('the ids of codes come from an overridden method of the engine', async () => {
  const { AuthorizationCode } = await engine()
  const code = new AuthorizationCode({} as never) as unknown as { generateTokenId(): string }
  assert.match(code.generateTokenId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
})

test('a grant may have an id without being stored, and any scope', async () => {
  const { Grant } = await engine()
  const grant = new Grant({ accountId: 'a', clientId: 'c' })
  grant.jti = 'given'
  grant.addOIDCScope('openid api/read')
  assert.equal(grant.jti, 'given')
  assert.equal(grant.getOIDCScopeFiltered(new Set(['openid', 'api/read', 'other'])), 'openid api/read')
})

test('models that nothing uses are refused by the adapter', async () => {
  const { RefreshToken, AccessToken, ReplayDetection } = await engine()
  for (const model of [RefreshToken, AccessToken, ReplayDetection]) {
    await assert.rejects(async () => (model as typeof RefreshToken).find('x'), /not set up for/)
  }
})

test('it stores and looks up nothing but what a request has brought along', async () => {
  const { Interaction, Session, AuthorizationCode } = await engine()
  for (const model of [Interaction, Session, AuthorizationCode] as (typeof Session)[])
    await assert.rejects(async () => model.find('x'), /runs without a request/)
})

test('its checks are the ones that are known here, in this order', async () => {
  const actions = new URL('actions/authorization/', import.meta.resolve('oidc-provider'))
  const { default: stackOf } = await import(new URL('index.js', actions).href)
  const names = (stackOf('authorization') as { name: string }[]).map(({ name }) => name)
  assert.deepEqual(names, engineChecks)
})

test('of its routes only the one for requests can be reached', async () => {
  const { UserPoolClient } = await server.cognito.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: 'app',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    CallbackURLs: [callback],
  })
  const browser = createBrowser()
  const query = { client_id: UserPoolClient!.ClientId!, redirect_uri: callback, response_type: 'code' }
  assert.equal((await browser.get(authorizeUrl(surface.origin, query))).status, 302)
  for (const path of ['/session/end', '/session/end/confirm', '/jwks', '/token', '/me', '/interaction/x', '/request']) {
    assert.equal((await browser.get(surface.origin + path)).status, 404, path)
    assert.equal((await browser.post(surface.origin + path, {})).status, 404, path)
  }
})
