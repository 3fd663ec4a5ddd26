import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { groupsOfUser } from '../../src/pool/groups/group-store.ts'
import { createPool } from '../clients/create-pool.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let cognito: CognitoIdentityProvider
let UserPoolId: string

before(async () => {
  // Quotas as published, but for the rates, which a test would reach at once.
  const limits = {
    UserUpdate: 10_000,
    UserCreation: 10_000,
    UserPoolResourceUpdate: 10_000,
    UserResourceUpdate: 10_000,
    userWritesPerSecond: 10_000,
    poolCallsPerSecond: 10_000,
  }
  server = await startTestServer({ strict: true, limits })
  cognito = server.cognito
  UserPoolId = await createPool(server)
  await cognito.createGroup({ UserPoolId, GroupName: 'staff' })
})
after(() => server.close())

async function createUser(Username: string): Promise<string> {
  const { User } = await cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  return User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!
}

async function namesIn(GroupName: string): Promise<(string | undefined)[]> {
  const { Users } = await cognito.listUsersInGroup({ UserPoolId, GroupName })
  return Users!.map(({ Username }) => Username)
}

test('where the installation is strict, a group has a role of its account', async () => {
  const role = (account: string) => `arn:aws:iam::${account}:role/staff`
  const refused = { name: 'InvalidParameterException', message: 'Cross-account pass role is not allowed.' }
  const group = { UserPoolId, GroupName: 'roles' }
  await assert.rejects(cognito.createGroup({ ...group, RoleArn: role('111111111111') }), refused)
  await cognito.createGroup({ ...group, RoleArn: role(server.ctx.config.accountId) })
  await assert.rejects(cognito.updateGroup({ ...group, RoleArn: role('111111111111') }), refused)
  await cognito.deleteGroup(group)
})

test('a user is added to a group, found in it, and removed', async () => {
  await createUser('ann')
  const membership = { UserPoolId, GroupName: 'staff', Username: 'ann' }
  await cognito.adminAddUserToGroup(membership)
  await cognito.adminAddUserToGroup(membership)

  const { Users } = await cognito.listUsersInGroup({ UserPoolId, GroupName: 'staff' })
  assert.equal(Users!.length, 1)
  assert.equal(Users![0]!.Username, 'ann')
  assert.equal(Users![0]!.UserStatus, 'FORCE_CHANGE_PASSWORD')
  assert.equal(Users![0]!.Enabled, true)
  const { Groups } = await cognito.adminListGroupsForUser({ UserPoolId, Username: 'ann' })
  assert.deepEqual(Groups, [(await cognito.getGroup({ UserPoolId, GroupName: 'staff' })).Group])

  await cognito.adminRemoveUserFromGroup(membership)
  await cognito.adminRemoveUserFromGroup(membership)
  assert.deepEqual(await namesIn('staff'), [])
})

test('a member is named by sub as well', async () => {
  const sub = await createUser('bob')
  await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'staff', Username: sub })
  assert.deepEqual(await namesIn('staff'), ['bob'])
  await cognito.adminRemoveUserFromGroup({ UserPoolId, GroupName: 'staff', Username: 'bob' })
})

test('an unknown user or group is refused', async () => {
  await createUser('cid')
  const noUser = { name: 'UserNotFoundException', message: 'User does not exist.' }
  const noGroup = { name: 'ResourceNotFoundException', message: 'Group not found.' }
  for (const call of ['adminAddUserToGroup', 'adminRemoveUserFromGroup'] as const) {
    await assert.rejects(cognito[call]({ UserPoolId, GroupName: 'staff', Username: 'nobody' }), noUser)
    await assert.rejects(cognito[call]({ UserPoolId, GroupName: 'nowhere', Username: 'cid' }), noGroup)
  }
  await assert.rejects(cognito.adminListGroupsForUser({ UserPoolId, Username: 'nobody' }), noUser)
})

test('a deleted group and a deleted user leave no membership behind', async () => {
  await createUser('dan')
  await cognito.createGroup({ UserPoolId, GroupName: 'brief' })
  await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'brief', Username: 'dan' })
  await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'staff', Username: 'dan' })
  await cognito.deleteGroup({ UserPoolId, GroupName: 'brief' })
  const { Groups } = await cognito.adminListGroupsForUser({ UserPoolId, Username: 'dan' })
  assert.deepEqual(
    Groups!.map(({ GroupName }) => GroupName),
    ['staff'],
  )
  await cognito.adminDeleteUser({ UserPoolId, Username: 'dan' })
  assert.deepEqual(await namesIn('staff'), [])
})

test('pages of members and of groups hold each once', async () => {
  await cognito.createGroup({ UserPoolId, GroupName: 'crowd' })
  const usernames = ['u1', 'u2', 'u3', 'u4', 'u5']
  for (const Username of usernames) {
    await createUser(Username)
    await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'crowd', Username })
  }
  const listed: string[] = []
  let NextToken: string | undefined
  do {
    const page = await cognito.listUsersInGroup({ UserPoolId, GroupName: 'crowd', Limit: 2, NextToken })
    listed.push(...page.Users!.map(({ Username }) => Username!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(listed.sort(), usernames)

  await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'staff', Username: 'u1' })
  const first = await cognito.adminListGroupsForUser({ UserPoolId, Username: 'u1', Limit: 1 })
  const second = await cognito.adminListGroupsForUser({
    UserPoolId,
    Username: 'u1',
    Limit: 1,
    NextToken: first.NextToken,
  })
  const names = [...first.Groups!, ...second.Groups!].map(({ GroupName }) => GroupName)
  assert.deepEqual(names, ['crowd', 'staff'])
  assert.equal(second.NextToken, undefined)
  await assert.rejects(
    cognito.adminListGroupsForUser({ UserPoolId, Username: 'u2', Limit: 1, NextToken: first.NextToken }),
    { name: 'InvalidParameterException', message: 'Invalid pagination token.' },
  )
})

test('the groups of a user stand by precedence, best first, those without one last', async () => {
  const sub = await createUser('eve')
  for (const [GroupName, Precedence] of [
    ['none', undefined],
    ['ten', 10],
    ['zero', 0],
    ['also-ten', 10],
  ] as const) {
    await cognito.createGroup({ UserPoolId, GroupName, Precedence })
    await cognito.adminAddUserToGroup({ UserPoolId, GroupName, Username: 'eve' })
  }
  const groups = await groupsOfUser(server.ctx.db, UserPoolId, sub)
  assert.deepEqual(
    groups.map(({ name }) => name),
    ['zero', 'also-ten', 'ten', 'none'],
  )
})

test('a user is in a hundred groups at most, where the installation is strict', async () => {
  await createUser('fay')
  const names = Array.from({ length: 102 }, (_, i) => `g${i}`)
  for (const GroupName of names) await cognito.createGroup({ UserPoolId, GroupName })
  for (const GroupName of names.slice(0, 99))
    await cognito.adminAddUserToGroup({ UserPoolId, GroupName, Username: 'fay' })

  const attempts = await Promise.allSettled(
    names.slice(99).map((GroupName) => cognito.adminAddUserToGroup({ UserPoolId, GroupName, Username: 'fay' })),
  )
  const refused = attempts.filter((attempt) => attempt.status === 'rejected')
  assert.equal(refused.length, 2)
  for (const { reason } of refused) assert.equal(reason.name, 'InvalidParameterException')
  // A group that the user is in already is not one more.
  await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'g0', Username: 'fay' })
})
