import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import { rightPassword, signInScene, wrongPassword } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { type FakeAws, keys, startFakeAws } from './fake-aws.ts'

let aws: FakeAws
let server: TestServer

before(async () => {
  aws = await startFakeAws()
  server = await startTestServer({ logDeliveryEndpoint: aws.url, logDeliveryCredentials: keys })
})
after(async () => {
  await server.close()
  await aws.close()
})

const LogGroupArn = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/users'
const notifications: LogConfigurationType = {
  EventSource: 'userNotification',
  LogLevel: 'ERROR',
  CloudWatchLogsConfiguration: { LogGroupArn },
}
const activity: LogConfigurationType = {
  EventSource: 'userAuthEvents',
  LogLevel: 'INFO',
  FirehoseConfiguration: { StreamArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/users' },
}

const protectedScene = () =>
  signInScene(server, {
    pool: {
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
      AutoVerifiedAttributes: ['email'],
    },
  })

test('what is set comes back whole, and is replaced whole', async () => {
  const { UserPoolId } = await protectedScene()
  const get = async () => (await server.cognito.getLogDeliveryConfiguration({ UserPoolId })).LogDeliveryConfiguration
  assert.deepEqual(await get(), { UserPoolId, LogConfigurations: [] })
  const LogConfigurations = [notifications, activity]
  const { LogDeliveryConfiguration } = await server.cognito.setLogDeliveryConfiguration({
    UserPoolId,
    LogConfigurations,
  })
  assert.deepEqual(LogDeliveryConfiguration, { UserPoolId, LogConfigurations })
  assert.deepEqual(await get(), LogDeliveryConfiguration)
  await server.cognito.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations: [notifications] })
  assert.deepEqual((await get())!.LogConfigurations, [notifications])
})

test('each source has its level, its destinations and its terms', async () => {
  const { UserPoolId } = await protectedScene()
  const plain = await signInScene(server)
  const set = (LogConfigurations: LogConfigurationType[], pool = UserPoolId) =>
    server.cognito.setLogDeliveryConfiguration({ UserPoolId: pool, LogConfigurations })
  const refused: LogConfigurationType[][] = [
    [notifications, notifications],
    [{ ...notifications, LogLevel: 'INFO' }],
    [{ ...activity, LogLevel: 'ERROR' }],
    [{ EventSource: 'userNotification', LogLevel: 'ERROR' }],
    [{ ...activity, EventSource: 'userNotification', LogLevel: 'ERROR' }],
    [{ ...activity, CloudWatchLogsConfiguration: { LogGroupArn } }],
    [{ ...notifications, CloudWatchLogsConfiguration: { LogGroupArn: 'arn:aws:sqs:us-east-1:123456789012:queue' } }],
    [{ EventSource: 'userAuthEvents', LogLevel: 'INFO', S3Configuration: { BucketArn: 'arn:aws:s3:::Not_A_Bucket' } }],
  ]
  for (const configurations of refused)
    await assert.rejects(set(configurations), { name: 'InvalidParameterException' }, JSON.stringify(configurations))
  await assert.rejects(set([notifications, notifications]), {
    message: 'Following event sources appear more then once in a request',
  })
  await set([activity, notifications], plain.UserPoolId)
  await assert.rejects(set([], 'us-east-1_nobodyhas'), { name: 'ResourceNotFoundException' })
})

test('a strict installation exports activity of the Plus tier alone, and nothing to another region', async () => {
  const strict = await startTestServer({ strict: true })
  try {
    const { UserPool } = await strict.cognito.createUserPool({ PoolName: 'essentials' })
    await assert.rejects(
      strict.cognito.setLogDeliveryConfiguration({ UserPoolId: UserPool!.Id!, LogConfigurations: [activity] }),
      {
        name: 'FeatureUnavailableInTierException',
        message: 'The following feature is not available for the ESSENTIALS pricing tier configured: Log Streaming',
      },
    )
    const elsewhere = { LogGroupArn: LogGroupArn.replace('us-east-1', 'eu-west-1') }
    const LogConfigurations = [{ ...notifications, CloudWatchLogsConfiguration: elsewhere }]
    const UserPoolId = UserPool!.Id!
    await assert.rejects(strict.cognito.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations }), {
      name: 'InvalidParameterException',
      message: 'ARN does not belong to current region',
    })
    const { UserPoolId: lenient } = await signInScene(server)
    await server.cognito.setLogDeliveryConfiguration({ UserPoolId: lenient, LogConfigurations })
  } finally {
    await strict.close()
  }
})

test('what users do arrives at each kind of destination', async () => {
  const destinations: [string, Partial<LogConfigurationType>][] = [
    ['logs', { CloudWatchLogsConfiguration: { LogGroupArn } }],
    ['s3', { S3Configuration: { BucketArn: 'arn:aws:s3:::users-of-mine' } }],
    ['firehose', { FirehoseConfiguration: activity.FirehoseConfiguration }],
  ]
  for (const [service, destination] of destinations) {
    const scene = await protectedScene()
    const { UserPoolId } = scene
    await scene.addUser('ann')
    const LogConfigurations = [{ EventSource: 'userAuthEvents' as const, LogLevel: 'INFO' as const, ...destination }]
    await server.cognito.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations })
    aws.taken = []
    await assert.rejects(scene.byPassword('ann', wrongPassword))
    await scene.byPassword('ann', rightPassword)
    await server.ctx.logs.flush()

    const [call] = aws.taken
    assert.equal(call!.service, service)
    const lines = recordsOf(aws)
    assert.equal(lines.length, 2)
    const { message, ...frame } = lines[1]!
    const { AuthEvents } = await server.cognito.adminListUserAuthEvents({ UserPoolId, Username: 'ann' })
    assert.deepEqual(
      { ...frame, eventTimestamp: typeof frame.eventTimestamp },
      {
        eventTimestamp: 'string',
        eventSource: 'USER_ACTIVITY',
        logLevel: 'INFO',
        logSourceId: { userPoolId: UserPoolId },
      },
    )
    assert.equal(message.eventId, AuthEvents![0]!.EventId)
    assert.equal(message.userName, 'ann')
    assert.equal(message.clientId, scene.ClientId)
    assert.equal(message.eventResponse, 'Pass')
    assert.equal(message.riskDecision, 'PASS')
    assert.deepEqual(message.challenges, ['Password:Success'])
    assert.match(message.creationDate as string, /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}$/)
    assert.match(message.requestId as string, /^[0-9a-f-]{36}$/)
    assert.equal(lines[0]!.message.eventResponse, 'Fail')
  }
})

test('a sign-in does not wait for a destination that is away', async () => {
  const scene = await protectedScene()
  await scene.addUser('ben')
  await server.cognito.setLogDeliveryConfiguration({ UserPoolId: scene.UserPoolId, LogConfigurations: [activity] })
  aws.taken = []
  aws.answer = () => ({ status: 503, body: '{"__type":"ServiceUnavailableException"}' })
  try {
    assert.ok((await scene.byPassword('ben')).AuthenticationResult)
    await server.ctx.logs.flush()
    assert.equal(aws.taken.length, 0)
  } finally {
    aws.answer = () => undefined
  }
  await server.ctx.logs.flush()
  assert.equal(recordsOf(aws).length, 1)
})

test('a message that can’t be delivered is reported to the pool’s log group', async () => {
  const away = await startTestServer({
    smtpUrl: 'smtp://127.0.0.1:1',
    logLevel: 'silent',
    logDeliveryEndpoint: aws.url,
    logDeliveryCredentials: keys,
  })
  try {
    const { UserPool } = await away.cognito.createUserPool({ PoolName: 'mail', AutoVerifiedAttributes: ['email'] })
    const UserPoolId = UserPool!.Id!
    await away.cognito.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations: [notifications] })
    aws.taken = []
    await away.cognito
      .adminCreateUser({
        UserPoolId,
        Username: 'cleo',
        UserAttributes: [{ Name: 'email', Value: 'cleo@example.com' }],
        DesiredDeliveryMediums: ['EMAIL'],
      })
      .catch(() => {})
    away.clock.advance({ days: 30 })
    for (let waited = 0; waited < 100 && aws.taken.length === 0; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      await away.ctx.logs.flush()
    }
    const [line] = recordsOf(aws)
    assert.equal(line!.eventSource, 'USER_NOTIFICATION')
    assert.equal(line!.logLevel, 'ERROR')
    assert.deepEqual(line!.logSourceId, { userPoolId: UserPoolId })
    assert.match(line!.message.details as string, /EMAIL was not delivered/)
    assert.ok(!JSON.stringify(line).includes('cleo'))
  } finally {
    await away.close()
  }
})

interface Line {
  eventTimestamp: string
  eventSource: string
  logLevel: string
  logSourceId: object
  message: Record<string, unknown>
}

function recordsOf({ taken }: FakeAws): Line[] {
  const texts = taken.flatMap(({ service, body }) => {
    if (service === 'logs') return JSON.parse(body).logEvents.map(({ message }: { message: string }) => message)
    if (service === 's3') return body.trim().split('\n')
    return JSON.parse(body).Records.map(({ Data }: { Data: string }) => Buffer.from(Data, 'base64').toString())
  })
  return texts.map((text: string) => JSON.parse(text))
}
