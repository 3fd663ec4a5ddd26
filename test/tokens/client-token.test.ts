import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ClientSettings } from '../../src/model/settings.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { claimsOf, makeClient, makePool, newSecret } from './fixture.ts'

let server: TestServer
let poolId: string
before(async () => {
  server = await startTestServer()
  poolId = await makePool(server.ctx)
  const now = server.clock.now()
  const scopes = ['read', 'write'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }))
  const row = { pool_id: poolId, identifier: 'https://api.example.com', name: 'api', scopes }
  await server.ctx.db
    .insertInto('resource_servers')
    .values({ ...row, created_at: now, updated_at: now })
    .execute()
})
after(() => server.close())

const [read, write] = ['https://api.example.com/read', 'https://api.example.com/write']
const domainless = { ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'] } as unknown as ClientSettings
const byEndpoint: ClientSettings = { AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ['client_credentials'] }

async function machine(settings: ClientSettings, secret: string | undefined = newSecret()) {
  const { client } = await makeClient(server.ctx, poolId, settings, secret)
  return (more: { Secret?: string; Scopes?: string[] } = {}) =>
    server.cognito.getClientToken({ ClientId: client.id, Secret: secret ?? newSecret(), ...more })
}

test('a client gets a token of its own', async () => {
  const get = await machine({ ...domainless, AllowedOAuthScopes: [read!, write!] })
  const { ClientAuthenticationResult: result } = await get()
  assert.equal(result?.TokenType, 'Bearer')
  assert.equal(result?.ExpiresIn, 3600)
  const claims = claimsOf(result?.AccessToken)
  assert.equal(claims.sub, claims.client_id)
  assert.equal(claims.scope, `${read} ${write}`)
  assert.equal(claims.token_use, 'access')
  assert.equal('username' in claims, false)
  assert.equal(claimsOf((await get({ Scopes: [write!] })).ClientAuthenticationResult?.AccessToken).scope, write)
})

test('a scope that the client may not have is refused, and one that has gone is left out', async () => {
  const get = await machine({ ...domainless, AllowedOAuthScopes: [read!, 'https://api.example.com/gone'] })
  assert.equal(claimsOf((await get()).ClientAuthenticationResult?.AccessToken).scope, read)
  for (const scope of [write!, 'openid', 'https://api.example.com/gone'])
    await assert.rejects(get({ Scopes: [read!, scope] }), { name: 'InvalidParameterException' })
})

test('a client without secret, with another secret or without the flow gets none', async () => {
  const refused = { name: 'NotAuthorizedException' }
  const settings = { ...domainless, AllowedOAuthScopes: [read!] }
  await assert.rejects((await machine(settings))({ Secret: newSecret() }), refused)
  await assert.rejects((await machine({ AllowedOAuthScopes: [read!] }))(), refused)
  await assert.rejects((await machine({ ...byEndpoint, AllowedOAuthScopes: [read!] }))(), refused)
  const { client } = await makeClient(server.ctx, poolId, settings)
  await assert.rejects(server.cognito.getClientToken({ ClientId: client.id, Secret: newSecret() }), refused)
  await assert.rejects(server.cognito.getClientToken({ ClientId: 'nobody', Secret: newSecret() }), {
    name: 'ResourceNotFoundException',
  })
})
