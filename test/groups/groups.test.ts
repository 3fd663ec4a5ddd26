import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { createPool } from '../clients/create-pool.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let cognito: CognitoIdentityProvider
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server)
})
after(() => server.close())

const RoleArn = 'arn:aws:iam::123456789012:role/staff'
const notFound = { name: 'ResourceNotFoundException', message: 'Group not found.' }

test('a group is returned as it was created, with nothing else', async () => {
  const given = { GroupName: 'staff', Description: 'People who work here', Precedence: 0, RoleArn }
  const { Group } = await cognito.createGroup({ UserPoolId, ...given })
  const { CreationDate, LastModifiedDate, ...rest } = Group!
  assert.deepEqual(rest, { UserPoolId, ...given })
  assert.deepEqual(LastModifiedDate, CreationDate)
  assert.deepEqual((await cognito.getGroup({ UserPoolId, GroupName: 'staff' })).Group, Group)

  const { Group: bare } = await cognito.createGroup({ UserPoolId, GroupName: 'bare' })
  assert.deepEqual(Object.keys(bare!).sort(), ['CreationDate', 'GroupName', 'LastModifiedDate', 'UserPoolId'])
})

test('a second group of the same name is refused, also when only the case differs', async () => {
  await cognito.createGroup({ UserPoolId, GroupName: 'Editors' })
  for (const GroupName of ['Editors', 'editors', 'EDITORS'])
    await assert.rejects(cognito.createGroup({ UserPoolId, GroupName }), {
      name: 'GroupExistsException',
      message: 'A group with the name already exists',
    })
  const other = await createPool(server)
  await cognito.createGroup({ UserPoolId: other, GroupName: 'Editors' })
})

test('of several who create the same group at once, one succeeds', async () => {
  const attempts = await Promise.allSettled(
    ['Race', 'race', 'RACE', 'Race'].map((GroupName) => cognito.createGroup({ UserPoolId, GroupName })),
  )
  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 3)
  for (const { reason } of refused) assert.equal(reason.name, 'GroupExistsException')
})

test('an update changes only the members in it', async () => {
  const GroupName = 'changing'
  await cognito.createGroup({ UserPoolId, GroupName, Description: 'old', Precedence: 5, RoleArn })
  server.clock.advance({ seconds: 1 })
  const { Group } = await cognito.updateGroup({ UserPoolId, GroupName, Precedence: 0 })
  assert.equal(Group!.Precedence, 0)
  assert.equal(Group!.Description, 'old')
  assert.equal(Group!.RoleArn, RoleArn)
  assert.ok(Group!.LastModifiedDate! > Group!.CreationDate!)
  assert.deepEqual((await cognito.getGroup({ UserPoolId, GroupName })).Group, Group)
})

test('a negative precedence, a role that is no role and a name with a space are refused', async () => {
  const bad = [
    { GroupName: 'x', Precedence: -1 },
    { GroupName: 'x', RoleArn: 'not-a-role-of-any-account' },
    { GroupName: 'two words' },
  ]
  for (const given of bad)
    await assert.rejects(cognito.createGroup({ UserPoolId, ...given }), { name: 'InvalidParameterException' })
  await assert.rejects(cognito.getGroup({ UserPoolId, GroupName: 'x' }), notFound)
})

test('an unknown group is not found, by any operation', async () => {
  const group = { UserPoolId, GroupName: 'nobody' }
  await assert.rejects(cognito.getGroup(group), notFound)
  await assert.rejects(cognito.updateGroup({ ...group, Precedence: 1 }), notFound)
  await assert.rejects(cognito.deleteGroup(group), notFound)
  await assert.rejects(cognito.listUsersInGroup(group), notFound)
})

test('a group of another pool is unknown, and an unknown pool is named', async () => {
  const other = await createPool(server)
  await cognito.createGroup({ UserPoolId, GroupName: 'here' })
  await assert.rejects(cognito.getGroup({ UserPoolId: other, GroupName: 'here' }), notFound)
  await assert.rejects(cognito.deleteGroup({ UserPoolId: other, GroupName: 'here' }), notFound)
  await assert.rejects(cognito.createGroup({ UserPoolId: 'us-east-1_nowhere00', GroupName: 'x' }), {
    name: 'ResourceNotFoundException',
    message: 'User pool us-east-1_nowhere00 does not exist.',
  })
})

test('a deleted group can be created again', async () => {
  const group = { UserPoolId, GroupName: 'phoenix' }
  await cognito.createGroup(group)
  await cognito.deleteGroup(group)
  await assert.rejects(cognito.getGroup(group), notFound)
  await cognito.createGroup(group)
})

test('pages of groups hold each of them once, though others come in between', async () => {
  const pool = await createPool(server)
  const names = ['a', 'b', 'c', 'd', 'e']
  for (const GroupName of names) await cognito.createGroup({ UserPoolId: pool, GroupName })
  const listed: string[] = []
  let NextToken: string | undefined
  do {
    const page = await cognito.listGroups({ UserPoolId: pool, Limit: 2, NextToken })
    listed.push(...page.Groups!.map(({ GroupName }) => GroupName!))
    NextToken = page.NextToken
    await cognito.createGroup({ UserPoolId: pool, GroupName: `A${listed.length}` })
  } while (NextToken)
  assert.deepEqual(listed, names)
})
