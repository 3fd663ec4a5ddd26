import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signInScene } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const protectedScene = () =>
  signInScene(server, { pool: { UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } } })

const takeover = {
  NotifyConfiguration: {
    SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
    BlockEmail: { Subject: 'Blocked', HtmlBody: '<p>It was blocked</p>', TextBody: 'It was blocked' },
  },
  Actions: {
    LowAction: { Notify: false, EventAction: 'NO_ACTION' as const },
    HighAction: { Notify: true, EventAction: 'BLOCK' as const },
  },
}

test('settings are returned as set, and a call with only the ids resets them', async () => {
  const { UserPoolId, ClientId } = await protectedScene()
  const given = {
    UserPoolId,
    AccountTakeoverRiskConfiguration: takeover,
    CompromisedCredentialsRiskConfiguration: {
      EventFilter: ['SIGN_IN' as const],
      Actions: { EventAction: 'BLOCK' as const },
    },
    RiskExceptionConfiguration: { BlockedIPRangeList: ['192.0.2.0/24'], SkippedIPRangeList: ['2001:db8::/32'] },
  }
  const { RiskConfiguration } = await server.cognito.setRiskConfiguration(given)
  assert.deepEqual(RiskConfiguration, given)
  const described = await server.cognito.describeRiskConfiguration({ UserPoolId })
  assert.deepEqual(described.RiskConfiguration, RiskConfiguration)

  const ofClient = { UserPoolId, ClientId, RiskExceptionConfiguration: { SkippedIPRangeList: ['10.0.0.0/8'] } }
  await server.cognito.setRiskConfiguration(ofClient)
  const { RiskConfiguration: own } = await server.cognito.describeRiskConfiguration({ UserPoolId, ClientId })
  assert.equal(own!.ClientId, ClientId)
  assert.deepEqual(own!.RiskExceptionConfiguration, ofClient.RiskExceptionConfiguration)
  assert.equal(own!.AccountTakeoverRiskConfiguration, undefined)

  const cleared = await server.cognito.setRiskConfiguration({ UserPoolId, ClientId })
  assert.equal(cleared.RiskConfiguration, undefined)
  const inherits = await server.cognito.describeRiskConfiguration({ UserPoolId, ClientId })
  assert.deepEqual(inherits.RiskConfiguration, { UserPoolId, ClientId })
  await server.cognito.setRiskConfiguration({ UserPoolId })
  const bare = await server.cognito.describeRiskConfiguration({ UserPoolId })
  assert.deepEqual(bare.RiskConfiguration, { UserPoolId })
})

test('ranges that are none, actions without words for them and foreign clients are refused', async () => {
  const { UserPoolId } = await protectedScene()
  const other = await signInScene(server)
  const refused = { name: 'InvalidParameterException' }
  for (const range of ['10.0.0.1', '10.0.0.0/40', 'everywhere'])
    await assert.rejects(
      server.cognito.setRiskConfiguration({
        UserPoolId,
        RiskExceptionConfiguration: { BlockedIPRangeList: [range] },
      }),
      { ...refused, message: 'Incorrect CIDR format' },
    )
  await assert.rejects(
    server.cognito.setRiskConfiguration({
      UserPoolId,
      AccountTakeoverRiskConfiguration: { Actions: takeover.Actions },
    }),
    refused,
  )
  const HighAction = { Notify: false, EventAction: 'NOTHING' as never }
  await assert.rejects(
    server.cognito.setRiskConfiguration({
      UserPoolId,
      AccountTakeoverRiskConfiguration: { Actions: { HighAction } },
    }),
    { ...refused, message: /enum value set: \[MFA_IF_CONFIGURED, BLOCK, NO_ACTION, MFA_REQUIRED\]$/ },
  )
  await assert.rejects(server.cognito.setRiskConfiguration({ UserPoolId, ClientId: other.ClientId }), {
    name: 'ResourceNotFoundException',
  })
})

test('a pool without threat protection keeps a risk configuration, which does nothing, and has no events', async () => {
  const { UserPoolId, addUser, byPassword } = await signInScene(server)
  await addUser('ann')
  const RiskExceptionConfiguration = { BlockedIPRangeList: ['127.0.0.0/8', '::1/128'] }
  await server.cognito.setRiskConfiguration({ UserPoolId, RiskExceptionConfiguration })
  const { RiskConfiguration } = await server.cognito.describeRiskConfiguration({ UserPoolId })
  assert.deepEqual(RiskConfiguration, { UserPoolId, RiskExceptionConfiguration })
  assert.ok((await byPassword('ann')).AuthenticationResult)
  await assert.rejects(server.cognito.adminListUserAuthEvents({ UserPoolId, Username: 'ann' }), {
    name: 'UserPoolAddOnNotEnabledException',
  })
})

test('a strict installation takes a risk configuration with threat protection alone, and mail from the regions of SES', async () => {
  const strict = await startTestServer({ strict: true })
  try {
    const { UserPoolId } = await signInScene(strict)
    const refused = { name: 'UserPoolAddOnNotEnabledException' }
    await assert.rejects(strict.cognito.setRiskConfiguration({ UserPoolId }), refused)
    await assert.rejects(strict.cognito.describeRiskConfiguration({ UserPoolId }), refused)
    const SourceArn = takeover.NotifyConfiguration.SourceArn.replace('us-east-1', 'eu-central-1')
    const NotifyConfiguration = { ...takeover.NotifyConfiguration, SourceArn }
    const AccountTakeoverRiskConfiguration = { ...takeover, NotifyConfiguration }
    await assert.rejects(strict.cognito.setRiskConfiguration({ UserPoolId, AccountTakeoverRiskConfiguration }), {
      name: 'InvalidParameterException',
      message: 'Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.',
    })
  } finally {
    await strict.close()
  }
})
