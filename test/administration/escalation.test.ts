import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import type { Credentials } from '../../src/admin/index.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, allow, cognitoOf, keyOf, keyWith } from './scene.ts'

// What somebody with rights on one pool, or on every pool, tries in order to get more.

let server: TestServer
let operatorsPool: string
let own: string
let other: string
const pool = (id: string) => `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${id}`
const administrator = 'arn:aws:iam::000000000000:role/administrator'
const operator = 'ann@example.com'
const Password = 'Correct-horse-1'

before(async () => {
  server = await startTestServer({}, { jobs: false })
  operatorsPool = (await adminOf(server).setUpOperators({ Email: operator, Invitation: 'SHOW_PASSWORD' })).UserPoolId
  const make = async (PoolName: string) => (await server.cognito.createUserPool({ PoolName })).UserPool!.Id!
  own = await make('own')
  other = await make('other')
})
after(() => server?.close())

/** A call as the types would never let it be; the answer is the name of the error. */
async function send(key: Credentials, service: 'poolhouse' | 'cognito', operation: string, input: object) {
  const client = service === 'poolhouse' ? adminOf(server, key) : cognitoOf(server, key)
  if (client instanceof CognitoIdentityProvider)
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, { body: JSON.stringify(input) })
        return next(args)
      },
      { step: 'build', priority: 'high' },
    )
  const call = (client as unknown as Record<string, (input: object) => Promise<unknown>>)[operation]!
  return call.call(client, input).then(
    () => 'done',
    (error: Error) => error.name,
  )
}

test('a member that an operation does not know takes no part in who may call it', async () => {
  const key = await keyWith(server, allow('*', pool(own)))
  const everything = JSON.stringify(allow('*'))
  const tags = { ResourceArn: pool(other), Tags: { team: 'mine' } }
  const tries: ['poolhouse' | 'cognito', string, object][] = [
    ['poolhouse', 'putRole', { RoleName: key.RoleName, PolicyDocument: everything }],
    ['poolhouse', 'createAccessKey', { RoleName: 'administrator', ServiceName: 'mine' }],
    ['poolhouse', 'setUpOperators', { Email: 'eve@example.com', Invitation: 'SHOW_PASSWORD' }],
    ['poolhouse', 'deleteRole', { RoleName: 'administrator' }],
    ['poolhouse', 'listAccessKeys', {}],
    ['cognito', 'createUserPool', { PoolName: 'mine' }],
    ['cognito', 'listUserPools', { MaxResults: 10 }],
    ['cognito', 'tagResource', tags],
    ['cognito', 'untagResource', { ResourceArn: pool(other), TagKeys: ['team'] }],
  ]
  for (const [service, operation, input] of tries)
    for (const more of [{ UserPoolId: own }, { ResourceArn: pool(own) }, { RoleName: 'none', UserPoolId: own }])
      assert.equal(await send(key, service, operation, { ...more, ...input }), 'AccessDeniedException', operation)
  assert.equal(await send(key, 'cognito', 'tagResource', { ...tags, ResourceArn: pool(own) }), 'done')

  const tagger = await keyWith(
    server,
    allow('cognito-idp:TagResource', '*', { Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } } }),
  )
  assert.equal(await send(tagger, 'cognito', 'tagResource', { ...tags, Tags: { team: 'red' } }), 'done')
  assert.equal(
    await send(tagger, 'cognito', 'tagResource', { ...tags, UserPoolTags: { team: 'red' } }),
    'AccessDeniedException',
  )
})

test('permission to change every pool does not allow making anyone an operator', async () => {
  const key = await keyWith(server, allow(['cognito-idp:*', 'poolhouse:*Extensions'], '*'))
  const cognito = cognitoOf(server, key)
  const UserPoolId = operatorsPool
  const { UserPoolClients } = await cognito.listUserPoolClients({ UserPoolId, MaxResults: 10 })
  const ClientId = UserPoolClients![0]!.ClientId!
  const tries: Record<string, () => Promise<unknown>> = {
    'a group with the role': () => cognito.createGroup({ UserPoolId, GroupName: 'mine', RoleArn: administrator }),
    'a group with none yet': () => cognito.createGroup({ UserPoolId, GroupName: 'mine' }),
    'the role for a group': () => cognito.updateGroup({ UserPoolId, GroupName: 'mine', RoleArn: administrator }),
    'a member': () => cognito.adminAddUserToGroup({ UserPoolId, Username: operator, GroupName: 'administrators' }),
    'a user': () => cognito.adminCreateUser({ UserPoolId, Username: 'eve@example.com' }),
    'a password': () => cognito.adminSetUserPassword({ UserPoolId, Username: operator, Password, Permanent: true }),
    'an address': () =>
      cognito.adminUpdateUserAttributes({
        UserPoolId,
        Username: operator,
        UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }],
      }),
    'a sign-in': () => cognito.adminInitiateAuth({ UserPoolId, ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }),
    'a trigger': () => cognito.updateUserPool({ UserPoolId, LambdaConfig: {} }),
    'a client': () => cognito.createUserPoolClient({ UserPoolId, ClientName: 'mine' }),
    'a client of before': () => cognito.updateUserPoolClient({ UserPoolId, ClientId }),
    'a provider': () =>
      cognito.createIdentityProvider({
        UserPoolId,
        ProviderName: 'mine',
        ProviderType: 'OIDC',
        ProviderDetails: {},
      }),
    'an identity': () =>
      cognito.adminLinkProviderForUser({
        UserPoolId,
        DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: operator },
        SourceUser: { ProviderName: 'mine', ProviderAttributeName: 'sub', ProviderAttributeValue: 'eve' },
      }),
    'an import': () =>
      cognito.createUserImportJob({ UserPoolId, JobName: 'mine', CloudWatchLogsRoleArn: administrator }),
    'an end': () => cognito.deleteUserPool({ UserPoolId }),
    'an extension': () => adminOf(server, key).putUserPoolExtensions({ UserPoolId, Extensions: {} }),
  }
  for (const [what, run] of Object.entries(tries)) await assert.rejects(run(), { name: 'AccessDeniedException' }, what)
  await assert.rejects(
    tries['a group with the role']!(),
    /not authorized to perform: poolhouse:SetOperatorsPool on resource: \* .*which cognito-idp:CreateGroup needs in the operators' pool/,
  )
  const { AllowedActions } = await adminOf(server, key).listAllowedActions({
    UserPoolId,
    Actions: ['cognito-idp:CreateGroup', 'cognito-idp:ListGroups'],
  })
  assert.deepEqual(AllowedActions, ['cognito-idp:ListGroups'])
  // In another pool a role's ARN makes nobody anything.
  assert.ok((await cognito.createGroup({ UserPoolId: own, GroupName: 'mine', RoleArn: administrator })).Group)
})

test('a developer of the operators’ pool is none, its help desk helps, and an administrator may', async () => {
  const UserPoolIds = [operatorsPool]
  const admin = adminOf(server)
  await admin.putRole({ RoleName: 'operators-developer', ReadyMadePolicy: 'developer', UserPoolIds })
  await admin.putRole({ RoleName: 'operators-desk', ReadyMadePolicy: 'help-desk', UserPoolIds })
  const group = { UserPoolId: operatorsPool, GroupName: 'desk' }
  const developer = cognitoOf(server, await keyOf(server, 'operators-developer'))
  await assert.rejects(developer.createGroup(group), { name: 'AccessDeniedException' })
  const desk = cognitoOf(server, await keyOf(server, 'operators-desk'))
  await desk.adminUserGlobalSignOut({ UserPoolId: operatorsPool, Username: operator })
  assert.ok((await cognitoOf(server, await keyOf(server, 'administrator')).createGroup(group)).Group)
})

test('a pool that is made the operators’ is closed to its developers with the next call', async () => {
  const admin = adminOf(server)
  const developer = cognitoOf(server, await keyWith(server, allow('*', pool(own))))
  const create = (GroupName: string) => developer.createGroup({ UserPoolId: own, GroupName })
  assert.ok((await create('one')).Group)
  await admin.setOperatorsPool({ UserPoolId: own })
  await assert.rejects(create('two'), { name: 'AccessDeniedException' })
  await admin.setOperatorsPool({ UserPoolId: operatorsPool })
  assert.ok((await create('two')).Group)
})
