import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createPool } from './create-pool.ts'

let server: TestServer
let cognito: CognitoIdentityProvider
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server)
})
after(() => server.close())

const Scopes = [
  { ScopeName: 'read', ScopeDescription: 'reads' },
  { ScopeName: 'write', ScopeDescription: 'writes' },
]
const unknown = (identifier: string) => ({
  name: 'ResourceNotFoundException',
  message: `Resource server ${identifier} does not exist.`,
})

test('a resource server is created, described, changed and deleted', async () => {
  const Identifier = 'https://api.example.com'
  const created = await cognito.createResourceServer({ UserPoolId, Identifier, Name: 'API', Scopes })
  assert.deepEqual(created.ResourceServer, { UserPoolId, Identifier, Name: 'API', Scopes })
  const described = await cognito.describeResourceServer({ UserPoolId, Identifier })
  assert.deepEqual(described.ResourceServer, created.ResourceServer)

  const changed = await cognito.updateResourceServer({ UserPoolId, Identifier, Name: 'New', Scopes: [Scopes[0]!] })
  assert.deepEqual(changed.ResourceServer, { UserPoolId, Identifier, Name: 'New', Scopes: [Scopes[0]] })
  const cleared = await cognito.updateResourceServer({ UserPoolId, Identifier, Name: 'New' })
  assert.deepEqual(cleared.ResourceServer, { UserPoolId, Identifier, Name: 'New' })

  await cognito.deleteResourceServer({ UserPoolId, Identifier })
  await assert.rejects(cognito.describeResourceServer({ UserPoolId, Identifier }), unknown(Identifier))
  await assert.rejects(cognito.updateResourceServer({ UserPoolId, Identifier, Name: 'x' }), unknown(Identifier))
  await assert.rejects(cognito.deleteResourceServer({ UserPoolId, Identifier }), unknown(Identifier))
})

test('an identifier is taken once, though two ask at the same moment', async () => {
  const ask = () => cognito.createResourceServer({ UserPoolId, Identifier: 'twice', Name: 'API' })
  const attempts = await Promise.allSettled([ask(), ask(), ask()])
  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 2)
  for (const { reason } of refused) {
    assert.equal(reason.name, 'InvalidParameterException')
    assert.equal(reason.message, `twice already exists in user pool ${UserPoolId}.`)
  }
})

test('two scopes of one name, a hundred and one scopes and a slash in a name are refused', async () => {
  const create = (given: typeof Scopes) =>
    cognito.createResourceServer({ UserPoolId, Identifier: 'refused', Name: 'API', Scopes: given })
  const many = Array.from({ length: 101 }, (_, i) => ({ ScopeName: `s${i}`, ScopeDescription: 'one of many' }))
  for (const given of [[Scopes[0]!, Scopes[0]!], many, [{ ScopeName: 'a/b', ScopeDescription: 'x' }]])
    await assert.rejects(create(given), { name: 'InvalidParameterException' })
  await assert.rejects(cognito.describeResourceServer({ UserPoolId, Identifier: 'refused' }), unknown('refused'))
})

test('the scopes of a deleted resource server stay with the client but have no effect', async () => {
  await cognito.createResourceServer({ UserPoolId, Identifier: 'passing', Name: 'API', Scopes })
  await cognito.createResourceServer({ UserPoolId, Identifier: 'staying', Name: 'API', Scopes })
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'service',
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['staying/read', 'passing/read'],
    ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never],
  })
  const { ClientId, ClientSecret: Secret } = UserPoolClient!
  const granted = async () => {
    const { ClientAuthenticationResult } = await cognito.getClientToken({ ClientId, Secret })
    return (decodeJwt(ClientAuthenticationResult!.AccessToken!).scope as string).split(' ').sort()
  }
  assert.deepEqual(await granted(), ['passing/read', 'staying/read'])

  await cognito.deleteResourceServer({ UserPoolId, Identifier: 'passing' })
  assert.deepEqual(await granted(), ['staying/read'])
  const described = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  assert.deepEqual(described.UserPoolClient!.AllowedOAuthScopes, ['staying/read', 'passing/read'])
})

test('every change of a resource server makes cached snapshots of the pool stale', async () => {
  const revision = async () =>
    (await server.ctx.db.selectFrom('pools').select('revision').where('id', '=', UserPoolId).executeTakeFirstOrThrow())
      .revision
  const Identifier = 'revised'
  const start = await revision()
  await cognito.createResourceServer({ UserPoolId, Identifier, Name: 'API' })
  assert.equal(await revision(), start + 1)
  await cognito.updateResourceServer({ UserPoolId, Identifier, Name: 'API 2' })
  assert.equal(await revision(), start + 2)
  await cognito.deleteResourceServer({ UserPoolId, Identifier })
  assert.equal(await revision(), start + 3)
})

test('pages of resource servers hold each of them once', async () => {
  const pool = await createPool(server)
  const identifiers = ['a', 'b', 'c', 'd', 'e']
  for (const Identifier of identifiers) await cognito.createResourceServer({ UserPoolId: pool, Identifier, Name: 'x' })
  const listed: string[] = []
  let NextToken: string | undefined
  do {
    const page = await cognito.listResourceServers({ UserPoolId: pool, MaxResults: 2, NextToken })
    listed.push(...page.ResourceServers!.map(({ Identifier }) => Identifier!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(listed, identifiers)
  assert.equal((await cognito.listResourceServers({ UserPoolId: pool })).ResourceServers!.length, 5)
})

test('a resource server of another pool is unknown', async () => {
  const other = await createPool(server)
  await cognito.createResourceServer({ UserPoolId, Identifier: 'mine', Name: 'API' })
  const UserPoolIdentifier = { UserPoolId: other, Identifier: 'mine' }
  await assert.rejects(cognito.describeResourceServer(UserPoolIdentifier), unknown('mine'))
  await assert.rejects(cognito.deleteResourceServer(UserPoolIdentifier), unknown('mine'))
  await cognito.createResourceServer({ ...UserPoolIdentifier, Name: 'theirs' })
})
