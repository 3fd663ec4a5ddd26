import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { watchStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, allow, cognitoOf, keyOf, keyWith, rootKey } from './scene.ts'

let server: TestServer
let poolId: string
let otherId: string
let poolArn: string
before(async () => {
  server = await startTestServer({}, { jobs: false })
  const create = async (PoolName: string, tags: Record<string, string>) =>
    (await server.cognito.createUserPool({ PoolName, UserPoolTags: tags })).UserPool!
  const pool = await create('one', { team: 'shop' })
  poolId = pool.Id!
  poolArn = pool.Arn!
  otherId = (await create('other', { team: 'bank' })).Id!
})
after(() => server?.close())

test('a role is put, described, listed and deleted', async () => {
  const admin = adminOf(server)
  const PolicyDocument = JSON.stringify(allow('cognito-idp:List*'))
  const { Role } = await admin.putRole({
    RoleName: 'Lister',
    Description: 'lists',
    PolicyDocument,
    Tags: { team: 'a' },
  })
  assert.equal(Role.Arn, 'arn:aws:iam::000000000000:role/Lister')
  assert.ok(Role.CreationDate instanceof Date)
  assert.deepEqual((await admin.describeRole({ RoleName: 'Lister' })).Role, Role)
  assert.equal(Role.PolicyDocument, PolicyDocument)
  await admin.putRole({ RoleName: 'Another', ReadyMadePolicy: 'read-only' })
  const first = await admin.listRoles({ MaxResults: 1 })
  const second = await admin.listRoles({ MaxResults: 60, NextToken: first.NextToken })
  assert.deepEqual(
    [...first.Roles, ...second.Roles].map(({ RoleName }) => RoleName).filter((name) => !name.startsWith('role-')),
    ['Another', 'Lister'],
  )
  await admin.deleteRole({ RoleName: 'Lister' })
  await assert.rejects(admin.describeRole({ RoleName: 'Lister' }), { name: 'ResourceNotFoundException' })
  await assert.rejects(admin.deleteRole({ RoleName: 'Lister' }), { name: 'ResourceNotFoundException' })
})

test('a role of the same name in another case is refused', async () => {
  const admin = adminOf(server)
  await admin.putRole({ RoleName: 'Cased', ReadyMadePolicy: 'read-only' })
  await assert.rejects(admin.putRole({ RoleName: 'cASED', ReadyMadePolicy: 'administrator' }), {
    name: 'InvalidParameterException',
  })
  assert.match((await admin.describeRole({ RoleName: 'Cased' })).Role.PolicyDocument, /AdminGet/)
})

test('a policy with an unknown part is refused when it is written, with its position', async () => {
  const put = (policy: object | string) =>
    adminOf(server).putRole({
      RoleName: 'wrong',
      PolicyDocument: typeof policy === 'string' ? policy : JSON.stringify(policy),
    })
  await assert.rejects(put(allow('*', '*', { Condition: { StringSortOf: { 'aws:userid': 'x' } } })), {
    name: 'InvalidParameterException',
    message: 'Statement 1: Condition StringSortOf of aws:userid: There is no such operator.',
  })
  await assert.rejects(put(allow('*', '*', { Condition: { StringEquals: { 'aws:Moon': 'x' } } })), /no such key/)
  await assert.rejects(put(allow('s3:GetObject')), /Action s3:GetObject/)
  await assert.rejects(put('{"Statement":[{"__proto__":{"Effect":"Allow"},"Action":"*","Resource":"*"}]}'), /__proto__/)
  await assert.rejects(put('no json'), /not JSON/)
  await assert.rejects(adminOf(server).describeRole({ RoleName: 'wrong' }), { name: 'ResourceNotFoundException' })
})

test('a ready-made policy takes the pools that it is about', async () => {
  const admin = adminOf(server)
  await assert.rejects(admin.putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk' }), /UserPoolIds/)
  await assert.rejects(
    admin.putRole({ RoleName: 'desk', ReadyMadePolicy: 'administrator', UserPoolIds: [poolId] }),
    /UserPoolIds/,
  )
  await assert.rejects(admin.putRole({ RoleName: 'desk' }), /Either PolicyDocument or ReadyMadePolicy/)
})

test('a key does what its role allows, for the pool that it allows, and nothing else', async () => {
  const key = await keyWith(server, allow(['cognito-idp:ListUsers', 'cognito-idp:ListUserPools'], poolArn))
  const cognito = cognitoOf(server, key)
  assert.deepEqual((await cognito.listUsers({ UserPoolId: poolId })).Users, [])
  const who = `arn:aws:sts::000000000000:assumed-role/${key.RoleName}/ci`
  await assert.rejects(cognito.listUsers({ UserPoolId: otherId }), {
    name: 'AccessDeniedException',
    message: `User: ${who} is not authorized to perform: cognito-idp:ListUsers on resource: arn:aws:cognito-idp:us-east-1:000000000000:userpool/${otherId} because no identity-based policy allows the cognito-idp:ListUsers action`,
  })
  await assert.rejects(cognito.describeUserPool({ UserPoolId: poolId }), { name: 'AccessDeniedException' })
  // It is about no pool, so that the ARN of one doesn't cover it.
  await assert.rejects(cognito.listUserPools({ MaxResults: 1 }), {
    message: `User: ${who} is not authorized to perform: cognito-idp:ListUserPools on resource: * because no identity-based policy allows the cognito-idp:ListUserPools action`,
  })
  await assert.rejects(adminOf(server, key).listRoles(), { name: 'AccessDeniedException' })
})

test('an explicit deny wins, and the error names it', async () => {
  const key = await keyWith(server, {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'COGNITO-IDP:listusers', Resource: poolArn },
    ],
  })
  const cognito = cognitoOf(server, key)
  await assert.rejects(cognito.listUsers({ UserPoolId: poolId }), /with an explicit deny in an identity-based policy$/)
  assert.deepEqual((await cognito.listUsers({ UserPoolId: otherId })).Users, [])
})

test('no spelling of a pool gets around a deny', async () => {
  const key = await keyWith(server, {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: poolArn },
    ],
  })
  const cognito = cognitoOf(server, key)
  await assert.rejects(cognito.listTagsForResource({ ResourceArn: poolArn }), { name: 'AccessDeniedException' })
  const spellings = [
    poolArn.replace('arn:aws:', 'arn:aws-cn:'),
    poolArn.replace('us-east-1:', 'eu-west-1:'),
    poolArn.replace('userpool/', 'userpool/x/'),
    poolArn.replace('userpool/', 'USERPOOL/'),
    `${poolArn}/`,
    ` ${poolArn}`,
  ]
  for (const ResourceArn of spellings)
    await assert.rejects(
      cognito.listTagsForResource({ ResourceArn }),
      /Denied|Invalid|deny|constraint|resource ARN/,
      ResourceArn,
    )
  for (const UserPoolId of [` ${poolId}`, `${poolId} `, poolId.toUpperCase(), `${poolId}\n`])
    await assert.rejects(cognito.listUsers({ UserPoolId }), (error: Error) =>
      ['AccessDeniedException', 'InvalidParameterException', 'ResourceNotFoundException'].includes(error.name),
    )
})

test('tags of the pool, of the role and of the request are conditions', async () => {
  const same = { Condition: { StringEquals: { 'aws:ResourceTag/Team': `\${aws:PrincipalTag/team}` } } }
  const key = await keyWith(
    server,
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*', ...same },
        {
          Effect: 'Deny',
          Action: ['cognito-idp:TagResource', 'cognito-idp:UntagResource'],
          Resource: '*',
          Condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': 'team' } },
        },
        {
          Effect: 'Allow',
          Action: 'cognito-idp:CreateUserPool',
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestTag/team': 'shop' } },
        },
      ],
    },
    { team: 'shop' },
  )
  const cognito = cognitoOf(server, key)
  assert.ok(await cognito.describeUserPool({ UserPoolId: poolId }))
  await assert.rejects(cognito.describeUserPool({ UserPoolId: otherId }), { name: 'AccessDeniedException' })
  await cognito.tagResource({ ResourceArn: poolArn, Tags: { note: 'x' } })
  await assert.rejects(cognito.tagResource({ ResourceArn: poolArn, Tags: { team: 'x' } }), {
    name: 'AccessDeniedException',
  })
  await assert.rejects(cognito.untagResource({ ResourceArn: poolArn, TagKeys: ['note', 'Team'] }), {
    name: 'AccessDeniedException',
  })
  await assert.rejects(cognito.createUserPool({ PoolName: 'x', UserPoolTags: { team: 'bank' } }), {
    name: 'AccessDeniedException',
  })
  const made = await cognito.createUserPool({ PoolName: 'x', UserPoolTags: { team: 'shop' } })
  await cognito.deleteUserPool({ UserPoolId: made.UserPool!.Id! })
})

test('a policy that changes counts for the next call', async () => {
  const key = await keyWith(server, allow('cognito-idp:ListUsers'))
  const cognito = cognitoOf(server, key)
  await cognito.listUsers({ UserPoolId: poolId })
  await adminOf(server).putRole({
    RoleName: key.RoleName,
    PolicyDocument: JSON.stringify(allow('cognito-idp:AdminGetUser')),
  })
  await assert.rejects(cognito.listUsers({ UserPoolId: poolId }), { name: 'AccessDeniedException' })
  await adminOf(server).deleteRole({ RoleName: key.RoleName })
  await assert.rejects(cognito.listUsers({ UserPoolId: poolId }), { name: 'UnrecognizedClientException' })
})

test('a service has two keys at most; a deleted one and an expired one are worth nothing', async () => {
  const admin = adminOf(server)
  await admin.putRole({ RoleName: 'rotating', ReadyMadePolicy: 'read-only' })
  const one = await keyOf(server, 'rotating', 'robot')
  const two = await keyOf(server, 'rotating', 'robot')
  await assert.rejects(keyOf(server, 'rotating', 'robot'), { name: 'LimitExceededException' })
  await cognitoOf(server, two).listUserPools({ MaxResults: 1 })
  await admin.deleteAccessKey({ AccessKeyId: one.accessKeyId })
  await assert.rejects(cognitoOf(server, one).listUserPools({ MaxResults: 1 }), { name: 'UnrecognizedClientException' })

  const { AccessKey, SecretAccessKey } = await admin.createAccessKey({
    RoleName: 'rotating',
    ServiceName: 'robot',
    ExpirationDate: new Date(server.clock.now().getTime() + 60_000),
  })
  const short = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: SecretAccessKey }
  await cognitoOf(server, short).listUserPools({ MaxResults: 1 })
  server.clock.advance({ seconds: 61 })
  await assert.rejects(cognitoOf(server, short).listUserPools({ MaxResults: 1 }), {
    name: 'UnrecognizedClientException',
  })
  const { AccessKeys } = await admin.listAccessKeys({ RoleName: 'rotating' })
  assert.deepEqual(AccessKeys.map(({ Status }) => Status).sort(), ['Active', 'Expired'])
  assert.ok(AccessKeys.every(({ LastUsedDate }) => LastUsedDate instanceof Date))
  assert.ok(!JSON.stringify(AccessKeys).includes(SecretAccessKey))
})

test('a wrong secret, an unknown key and a session token with a key are refused', async () => {
  const key = await keyWith(server, allow('*'))
  const list = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    cognitoOf(server, credentials).listUserPools({ MaxResults: 1 })
  await assert.rejects(list({ ...key, secretAccessKey: 'wrong' }), { name: 'InvalidSignatureException' })
  await assert.rejects(list({ ...key, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }), { name: 'UnrecognizedClientException' })
  await assert.rejects(list({ ...key, sessionToken: 'x' }), { name: 'UnrecognizedClientException' })
  await assert.rejects(list({ ...rootKey, sessionToken: 'x' }), { name: 'UnrecognizedClientException' })
})

test('a key costs one statement a call, the root none, and users none', async () => {
  const key = await keyWith(server, allow('*'))
  const root = cognitoOf(server, rootKey)
  const cognito = cognitoOf(server, key)
  await cognito.listUserPools({ MaxResults: 1 })
  const watch = watchStatements(server)
  await root.listUserPools({ MaxResults: 1 })
  const asRoot = watch.take()
  await cognito.listUserPools({ MaxResults: 1 })
  assert.equal(watch.take(), asRoot + 1)
})
