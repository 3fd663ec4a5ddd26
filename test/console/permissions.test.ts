import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { adminOf, keyOf } from '../administration/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const Actions = ['cognito-idp:AdminResetUserPassword', 'cognito-idp:AdminDeleteUser', 'poolhouse:PutRole']

async function helpDeskOf(UserPoolId: string) {
  await adminOf(server).putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk', UserPoolIds: [UserPoolId] })
  return adminOf(server, await keyOf(server, 'desk'))
}

test('whoever signs may ask what they may do, pool by pool, and learns nothing else', async () => {
  const own = (await server.cognito.createUserPool({ PoolName: 'own' })).UserPool!.Id!
  const other = (await server.cognito.createUserPool({ PoolName: 'other' })).UserPool!.Id!
  const desk = await helpDeskOf(own)
  const allowed = async (UserPoolId?: string) => (await desk.listAllowedActions({ UserPoolId, Actions })).AllowedActions
  assert.deepEqual(await allowed(own), ['cognito-idp:AdminResetUserPassword'])
  assert.deepEqual(await allowed(other), [])
  assert.deepEqual(await allowed(), [])
  // A pool that does not exist is as one that is somebody else's.
  assert.deepEqual(await allowed('us-east-1_Nothing00'), [])
  assert.deepEqual((await adminOf(server).listAllowedActions({ Actions })).AllowedActions, Actions)
})

test('a deny, and a condition about the pool’s tags, count as they do in the call', async () => {
  const tagged = await server.cognito.createUserPool({ PoolName: 'tagged', UserPoolTags: { team: 'shop' } })
  const plain = await server.cognito.createUserPool({ PoolName: 'plain' })
  const statement = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' }
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { ...statement, Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } },
      { Effect: 'Deny', Action: 'cognito-idp:AdminDelete*', Resource: '*' },
    ],
  })
  await adminOf(server).putRole({ RoleName: 'team', PolicyDocument })
  const team = adminOf(server, await keyOf(server, 'team'))
  const allowed = async (UserPoolId: string) => (await team.listAllowedActions({ UserPoolId, Actions })).AllowedActions
  assert.deepEqual(await allowed(tagged.UserPool!.Id!), ['cognito-idp:AdminResetUserPassword'])
  assert.deepEqual(await allowed(plain.UserPool!.Id!), [])
})

test('what is no action is refused', async () => {
  for (const action of ['*', 'cognito-idp:*', '__proto__', ''])
    await assert.rejects(adminOf(server).listAllowedActions({ Actions: [action] }), {
      name: 'InvalidParameterException',
    })
})
