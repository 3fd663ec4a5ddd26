import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { helpDeskActions } from '../../src/administration/policy/ready-made.ts'
import { allOperations } from '../../src/model/model.ts'
import type { ReadyMadePolicy } from '../../src/model/poolhouse-operations.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, cognitoOf, keyOf } from './scene.ts'

let server: TestServer
let UserPoolId: string
let otherId: string
before(async () => {
  server = await startTestServer({}, { jobs: false })
  const create = async () => (await server.cognito.createUserPool({ PoolName: 'pool' })).UserPool!.Id!
  UserPoolId = await create()
  otherId = await create()
})
after(() => server?.close())

async function roleKey(ReadyMadePolicy: ReadyMadePolicy, ofPool = true) {
  await adminOf(server).putRole({
    RoleName: ReadyMadePolicy,
    ReadyMadePolicy,
    ...(ofPool && { UserPoolIds: [UserPoolId] }),
  })
  return keyOf(server, ReadyMadePolicy)
}

/** Calls every operation of user pools that is signed, with what little it needs to be about a pool. */
async function tryAll(key: { accessKeyId: string; secretAccessKey: string }, poolId: string) {
  const cognito = cognitoOf(server, key) as unknown as Record<string, (input: object) => Promise<unknown>>
  const allowed: string[] = []
  for (const { name } of allOperations.filter(({ access }) => access === 'iam')) {
    const method = name[0]!.toLowerCase() + name.slice(1)
    const ResourceArn = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${poolId}`
    const input = /TagResource|TagsForResource/.test(name) ? { ResourceArn } : { UserPoolId: poolId }
    const refusal = await cognito[method]!(input).then(
      () => undefined,
      (error: Error) => error.name,
    )
    if (refusal !== 'AccessDeniedException') allowed.push(name)
  }
  return allowed
}

test('the help desk may do what its list says of the 140 operations, for its pools, and nothing else', async () => {
  const key = await roleKey('help-desk')
  assert.deepEqual(await tryAll(key, UserPoolId), [...helpDeskActions, 'ListUserPools'].sort())
  // So that it finds its pools in the console.
  assert.deepEqual(await tryAll(key, otherId), ['ListUserPools'])
  // What needs no signature is open to everybody, as on the service: the key changes nothing about it.
  assert.equal(allOperations.length, 140)
})

test('the help desk reads, resets, confirms and ends sessions; it can neither act as a user nor delete one', async () => {
  const desk = cognitoOf(server, await keyOf(server, 'help-desk', 'desk'))
  await server.cognito.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  assert.equal((await desk.adminGetUser({ UserPoolId, Username: 'ann' })).Username, 'ann')
  await desk.adminUserGlobalSignOut({ UserPoolId, Username: 'ann' })
  const refused = [
    () => desk.adminDeleteUser({ UserPoolId, Username: 'ann' }),
    () => desk.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: 'Secret-12345', Permanent: true }),
    () =>
      desk.adminUpdateUserAttributes({
        UserPoolId,
        Username: 'ann',
        UserAttributes: [{ Name: 'email', Value: 'a@x.org' }],
      }),
    () => desk.adminInitiateAuth({ UserPoolId, ClientId: 'x', AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }),
  ]
  for (const call of refused) await assert.rejects(call(), { name: 'AccessDeniedException' })
})

test('a developer does everything with one pool but delete it', async () => {
  const allowed = await tryAll(await roleKey('developer'), UserPoolId)
  for (const name of ['CreateUserPoolClient', 'AdminDeleteUser', 'UpdateUserPool', 'TagResource'])
    assert.ok(allowed.includes(name), name)
  for (const name of ['DeleteUserPool', 'CreateUserPool']) assert.ok(!allowed.includes(name), name)
  // So that it finds its pools in the console.
  assert.deepEqual(await tryAll(await keyOf(server, 'developer', 'two'), otherId), ['ListUserPools'])
})

test('read-only reads everything and changes nothing', async () => {
  const allowed = await tryAll(await roleKey('read-only', false), UserPoolId)
  assert.deepEqual(
    allowed.filter((name) => !/^(Admin)?(Get|List|Describe)/.test(name)),
    [],
  )
  assert.ok(allowed.includes('ListUserPools') && allowed.includes('AdminGetUser'))
})

test('the importer imports into the pools that it can find, and the administrator does everything', async () => {
  const allowed = await tryAll(await roleKey('importer'), UserPoolId)
  assert.deepEqual(
    allowed.filter((name) => !/ImportJob|CSVHeader/.test(name)),
    ['DescribeUserPool', 'ListUserPools'],
  )
  assert.deepEqual(await tryAll(await keyOf(server, 'importer', 'two'), otherId), ['ListUserPools'])
  assert.ok(allowed.length >= 5)
  const key = await roleKey('administrator', false)
  await adminOf(server, key).listRoles()
  await cognitoOf(server, key).listUserPools({ MaxResults: 1 })
})
