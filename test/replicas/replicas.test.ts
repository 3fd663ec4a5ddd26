import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { rightPassword, signInScene } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const there = 'eu-central-1'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
let secondary: CognitoIdentityProvider

const clientOf = (region: string) =>
  new CognitoIdentityProvider({
    region,
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
  secondary = clientOf(there)
  await scene.addUser('ann')
})
after(async () => {
  secondary.destroy()
  await server.close()
})

const arn = (region: string, id = scene.UserPoolId) => `arn:aws:cognito-idp:${region}:000000000000:userpool/${id}`
const activate = (Status: 'ACTIVE' | 'INACTIVE') =>
  server.cognito.updateUserPoolReplica({ UserPoolId: scene.UserPoolId, RegionName: there, Status })
const notHere = { name: 'OperationNotEnabledException' }

test('before there is a replica, its region is none of this installation', async () => {
  await assert.rejects(secondary.listUserPools({ MaxResults: 10 }), {
    name: 'InvalidSignatureException',
    message: /Credential should be scoped to a valid region/,
  })
})

test('a replica is made, once, in another region, and listed after its primary', async () => {
  const { UserPoolId } = scene
  const create = (RegionName: string, UserPoolTags?: Record<string, string>) =>
    server.cognito.createUserPoolReplica({ UserPoolId, RegionName, UserPoolTags })
  await assert.rejects(create('us-east-1'), { name: 'InvalidParameterException' })
  await assert.rejects(create('somewhere'), { name: 'InvalidParameterException' })
  await assert.rejects(create(there, { 'aws:mine': 'x' }), { name: 'UserPoolTaggingException' })
  const { UserPoolReplica } = await create(there, { place: 'there' })
  assert.deepEqual(UserPoolReplica, {
    RegionName: there,
    Role: 'SECONDARY',
    Status: 'CREATING',
    UserPoolArn: arn(there),
  })
  await assert.rejects(create('ap-south-1'), { name: 'LimitExceededException' })
  await assert.rejects(create(there), { name: 'InvalidParameterException' })

  for (const cognito of [server.cognito, secondary]) {
    const { UserPoolReplicas } = await cognito.listUserPoolReplicas({ UserPoolId })
    assert.deepEqual(UserPoolReplicas, [
      { RegionName: 'us-east-1', Role: 'PRIMARY', Status: 'ACTIVE', UserPoolArn: arn('us-east-1') },
      { RegionName: there, Role: 'SECONDARY', Status: 'INACTIVE', UserPoolArn: arn(there) },
    ])
  }
})

test('a region shows the pools that have a replica there, under its own ARNs', async () => {
  const other = await signInScene(server)
  const { UserPools } = await secondary.listUserPools({ MaxResults: 10 })
  assert.deepEqual(
    UserPools!.map(({ Id }) => Id),
    [scene.UserPoolId],
  )
  await assert.rejects(secondary.describeUserPool({ UserPoolId: other.UserPoolId }), {
    name: 'ResourceNotFoundException',
  })
  const { UserPool } = await secondary.describeUserPool({ UserPoolId: scene.UserPoolId })
  assert.equal(UserPool!.Arn, arn(there))
  assert.deepEqual(UserPool!.UserPoolTags, { place: 'there' })
})

test('the signature must be for the region, by a known key', async () => {
  const wrong = new CognitoIdentityProvider({
    region: there,
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'wrong' },
    maxAttempts: 1,
  })
  await assert.rejects(wrong.listUserPools({ MaxResults: 1 }), { name: 'InvalidSignatureException' })
  wrong.destroy()
  const elsewhere = clientOf('ap-south-1')
  await assert.rejects(elsewhere.listUserPools({ MaxResults: 1 }), { name: 'InvalidSignatureException' })
  elsewhere.destroy()
})

test('an inactive replica is looked at, and signs nobody in', async () => {
  const { UserPoolId, ClientId } = scene
  const { Username } = await secondary.adminGetUser({ UserPoolId, Username: 'ann' })
  assert.equal(Username, 'ann')
  await secondary.describeUserPoolClient({ UserPoolId, ClientId })
  await assert.rejects(
    secondary.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann', PASSWORD: rightPassword },
    }),
    notHere,
  )
})

test('an active replica signs in on the same users, whose tokens are good in both regions', async () => {
  const { UserPoolId, ClientId } = scene
  await activate('ACTIVE')
  const { AuthenticationResult } = await secondary.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: rightPassword },
  })
  const { Username } = await server.cognito.getUser({ AccessToken: AuthenticationResult!.AccessToken! })
  assert.equal(Username, 'ann')
  await secondary.adminUserGlobalSignOut({ UserPoolId, Username: 'ann' })
  await assert.rejects(server.cognito.getUser({ AccessToken: AuthenticationResult!.AccessToken! }), {
    name: 'NotAuthorizedException',
  })
})

test('a call without signature is of the region whose host it goes to', async () => {
  const call = (host: string, operation: string, input: object) =>
    new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
      import('node:http').then(({ request }) => {
        const { port } = new URL(server.url)
        const target = `AWSCognitoIdentityProviderService.${operation}`
        const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }
        request({ port, host: '127.0.0.1', method: 'POST', path: '/', headers }, async (answer) => {
          let text = ''
          for await (const chunk of answer) text += chunk
          resolve({ status: answer.statusCode!, body: JSON.parse(text) })
        })
          .on('error', reject)
          .end(JSON.stringify(input))
      })
    })
  const host = `cognito-idp.${there}.example.com`
  const { ClientId } = scene
  const signIn = {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: rightPassword },
  }
  const signedIn = await call(host, 'InitiateAuth', signIn)
  assert.equal(signedIn.status, 200)
  const { AccessToken } = signedIn.body.AuthenticationResult as { AccessToken: string }
  assert.equal((await call(host, 'GetUser', { AccessToken })).body.Username, 'ann')
  const refused = await call(host, 'SignUp', { ClientId, Username: 'new', Password: rightPassword })
  assert.equal(refused.body.__type, 'OperationNotEnabledException')
  const changed = await call(host, 'DeleteUser', { AccessToken })
  assert.equal(changed.body.__type, 'OperationNotEnabledException')
})

test('nothing is changed in a secondary region that belongs to the primary', async () => {
  const { UserPoolId, ClientId } = scene
  await assert.rejects(secondary.adminCreateUser({ UserPoolId, Username: 'ben' }), notHere)
  await assert.rejects(secondary.adminDeleteUser({ UserPoolId, Username: 'ann' }), notHere)
  await assert.rejects(
    secondary.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: rightPassword }),
    notHere,
  )
  await assert.rejects(secondary.createGroup({ UserPoolId, GroupName: 'staff' }), notHere)
  await assert.rejects(secondary.updateUserPoolClient({ UserPoolId, ClientId }), notHere)
  await assert.rejects(secondary.deleteUserPool({ UserPoolId }), notHere)
  await assert.rejects(secondary.deleteUserPoolReplica({ UserPoolId, RegionName: there }), notHere)
  await assert.rejects(secondary.createUserPoolReplica({ UserPoolId, RegionName: 'ap-south-1' }), notHere)
  await assert.rejects(secondary.createUserPool({ PoolName: 'there' }), { name: 'InvalidParameterException' })
  await assert.rejects(secondary.updateUserPool({ UserPoolId, MfaConfiguration: 'ON' }), {
    name: 'InvalidParameterException',
  })
  await assert.rejects(secondary.updateUserPool({ UserPoolId, PoolName: 'there' }), {
    name: 'InvalidParameterException',
  })
})

test('mail, functions, tags and logs are each region its own', async () => {
  const { UserPoolId } = scene
  const PreSignUp = 'arn:aws:lambda:eu-central-1:000000000000:function:there'
  await secondary.updateUserPool({
    UserPoolId,
    LambdaConfig: { PreSignUp },
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ReplyToEmailAddress: 'there@example.com' },
  })
  await secondary.tagResource({ ResourceArn: arn(there), Tags: { more: 'yes' } })
  await secondary.untagResource({ ResourceArn: arn(there), TagKeys: ['place'] })
  await server.cognito.tagResource({ ResourceArn: arn('us-east-1'), Tags: { place: 'here' } })
  await assert.rejects(secondary.listTagsForResource({ ResourceArn: arn('us-east-1') }), {
    name: 'InvalidParameterException',
  })
  assert.deepEqual((await secondary.listTagsForResource({ ResourceArn: arn(there) })).Tags, { more: 'yes' })
  assert.deepEqual((await server.cognito.listTagsForResource({ ResourceArn: arn('us-east-1') })).Tags, {
    place: 'here',
  })

  const LogConfigurations = [
    {
      EventSource: 'userNotification' as const,
      LogLevel: 'ERROR' as const,
      CloudWatchLogsConfiguration: { LogGroupArn: 'arn:aws:logs:eu-central-1:000000000000:log-group:there' },
    },
  ]
  await secondary.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations })
  const logs = async (cognito: CognitoIdentityProvider) =>
    (await cognito.getLogDeliveryConfiguration({ UserPoolId })).LogDeliveryConfiguration!.LogConfigurations
  assert.deepEqual(await logs(secondary), LogConfigurations)
  assert.deepEqual(await logs(server.cognito), [])

  const { UserPool: far } = await secondary.describeUserPool({ UserPoolId })
  const { UserPool: near } = await server.cognito.describeUserPool({ UserPoolId })
  assert.equal(far!.LambdaConfig!.PreSignUp, PreSignUp)
  assert.equal(far!.EmailConfiguration!.ReplyToEmailAddress, 'there@example.com')
  assert.equal(near!.LambdaConfig!.PreSignUp, undefined)
  assert.equal(near!.EmailConfiguration!.ReplyToEmailAddress, undefined)
  assert.equal(far!.Name, near!.Name)
})

test('of a risk configuration, a secondary region has the sender to itself', async () => {
  const { UserPoolId } = scene
  await server.cognito.updateUserPool({ UserPoolId, UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } })
  const config = (From: string, EventAction: 'BLOCK' | 'NO_ACTION' = 'BLOCK') => ({
    UserPoolId,
    AccountTakeoverRiskConfiguration: {
      Actions: { HighAction: { Notify: true, EventAction } },
      NotifyConfiguration: { SourceArn: `arn:aws:ses:us-east-1:000000000000:identity/${From}`, From },
    },
  })
  await server.cognito.setRiskConfiguration(config('here@example.com'))
  await secondary.setRiskConfiguration(config('there@example.com'))
  await assert.rejects(secondary.setRiskConfiguration(config('there@example.com', 'NO_ACTION')), {
    name: 'InvalidParameterException',
  })
  const from = async (cognito: CognitoIdentityProvider) =>
    (await cognito.describeRiskConfiguration({ UserPoolId })).RiskConfiguration!.AccountTakeoverRiskConfiguration!
      .NotifyConfiguration!.From
  assert.equal(await from(server.cognito), 'here@example.com')
  assert.equal(await from(secondary), 'there@example.com')
})

test('only an inactive replica is deleted, from the primary region, and its region goes with it', async () => {
  const { UserPoolId } = scene
  const remove = (RegionName = there) => server.cognito.deleteUserPoolReplica({ UserPoolId, RegionName })
  await assert.rejects(remove(), { name: 'InvalidParameterException' })
  await assert.rejects(remove('ap-south-1'), { name: 'ResourceNotFoundException' })
  const off = await secondary.updateUserPoolReplica({ UserPoolId, RegionName: there, Status: 'INACTIVE' })
  assert.equal(off.UserPoolReplica!.Status, 'INACTIVE')
  const { UserPoolReplica } = await remove()
  assert.equal(UserPoolReplica!.Status, 'DELETING')
  await assert.rejects(secondary.describeUserPool({ UserPoolId }), { name: 'InvalidSignatureException' })
  await assert.rejects(activate('ACTIVE'), { name: 'ResourceNotFoundException' })
  const { UserPoolReplicas } = await server.cognito.listUserPoolReplicas({ UserPoolId })
  assert.equal(UserPoolReplicas!.length, 1)
})

test('a strict installation has the service’s requirements for a pool', async () => {
  const strict = await startTestServer({ strict: true })
  try {
    const { UserPool } = await strict.cognito.createUserPool({ PoolName: 'lite', UserPoolTier: 'LITE' })
    const lite = { UserPoolId: UserPool!.Id!, RegionName: there }
    await assert.rejects(strict.cognito.createUserPoolReplica(lite), { name: 'FeatureUnavailableInTierException' })
    const { UserPool: usual } = await strict.cognito.createUserPool({ PoolName: 'usual' })
    const essentials = { UserPoolId: usual!.Id!, RegionName: there }
    await assert.rejects(strict.cognito.createUserPoolReplica(essentials), { name: 'InvalidParameterException' })
  } finally {
    await strict.close()
  }
})
