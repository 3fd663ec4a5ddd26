import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FakeAws, keys, startFakeAws } from '../logs/fake-aws.ts'
import { type FakeIdp, startFakeIdp } from './fake-idp.ts'
import { type Scene, startScene } from './scene.ts'

let aws: FakeAws
let idp: FakeIdp
let scene: Scene

before(async () => {
  ;[aws, idp] = await Promise.all([startFakeAws(), startFakeIdp()])
  scene = await startScene(
    { UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } },
    { logDeliveryEndpoint: aws.url, logDeliveryCredentials: keys },
  )
})
after(async () => {
  idp.close()
  await scene.close()
  await aws.close()
})

test('a sign-in with a provider is an event, whose exported record names the provider', async () => {
  const UserPoolId = scene.poolId
  await scene.cognito.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Acme',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'poolhouse',
      client_secret: 'secret',
      authorize_scopes: 'openid',
      oidc_issuer: idp.url,
      attributes_request_method: 'GET',
    },
  })
  await scene.cognito.setLogDeliveryConfiguration({
    UserPoolId,
    LogConfigurations: [
      {
        EventSource: 'userAuthEvents',
        LogLevel: 'INFO',
        CloudWatchLogsConfiguration: { LogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/users' },
      },
    ],
  })
  const clientId = await scene.client(['Acme'])
  idp.claims = { sub: 'ann' }
  await scene.signIn(clientId)

  const { AuthEvents } = await scene.cognito.adminListUserAuthEvents({ UserPoolId, Username: 'Acme_ann' })
  const [event] = AuthEvents!
  assert.deepEqual(
    [AuthEvents!.length, event!.EventType, event!.EventResponse, event!.ChallengeResponses],
    [1, 'SignIn', 'Pass', []],
  )
  assert.ok(event!.EventContextData!.IpAddress)
  await scene.ctx.logs.flush()
  const [record] = JSON.parse(aws.taken[0]!.body).logEvents.map(({ message }: { message: string }) =>
    JSON.parse(message),
  )
  const { eventId, userName, idpName, eventResponse } = record.message
  assert.deepEqual([eventId, userName, idpName, eventResponse], [event!.EventId, 'Acme_ann', 'Acme', 'Pass'])
})
