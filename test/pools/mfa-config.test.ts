import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type {
  CreateUserPoolCommandInput,
  SetUserPoolMfaConfigCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { startTestServer } from '../support/server.ts'
import { call } from './call.ts'

const server = await startTestServer()
const { cognito } = server
after(() => server.close())

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' }
const SoftwareTokenMfaConfiguration = { Enabled: true }

const create = async (input: Partial<CreateUserPoolCommandInput> = {}) =>
  (await cognito.createUserPool({ PoolName: 'p', ...input })).UserPool!.Id!
const mfaOf = async (UserPoolId: string) => (await call(server, 'GetUserPoolMfaConfig', { UserPoolId })).body

test('a new pool has no second factor', async () => {
  assert.deepEqual(await mfaOf(await create()), { MfaConfiguration: 'OFF' })
})

test('TOTP alone is enough for required MFA, and outlives an update', async () => {
  const UserPoolId = await create()
  const { body } = await call(server, 'SetUserPoolMfaConfig', {
    UserPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration,
  })
  assert.deepEqual(body, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration })
  await cognito.updateUserPool({ UserPoolId, MfaConfiguration: 'ON' })
  assert.deepEqual(await mfaOf(UserPoolId), body)
})

test('a call replaces the whole configuration, and without a mode turns MFA off', async () => {
  const UserPoolId = await create()
  await cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration,
    WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' },
  })
  await cognito.setUserPoolMfaConfig({ UserPoolId })
  assert.deepEqual(await mfaOf(UserPoolId), { MfaConfiguration: 'OFF' })
})

test('SMS given for MFA is the SMS of the pool, its message too', async () => {
  const UserPoolId = await create()
  await cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: { SmsConfiguration, SmsAuthenticationMessage: 'Code {####}' },
  })
  const { UserPool } = await cognito.describeUserPool({ UserPoolId })
  assert.deepEqual(UserPool!.SmsConfiguration, SmsConfiguration)
  assert.equal(UserPool!.SmsAuthenticationMessage, 'Code {####}')
  assert.equal(UserPool!.MfaConfiguration, 'OPTIONAL')
})

test('passkeys are settings beside MFA: they go with OFF, and DescribeUserPool does not show them', async () => {
  const UserPoolId = await create()
  const WebAuthnConfiguration = { RelyingPartyId: 'example.com', UserVerification: 'preferred' } as const
  await cognito.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OFF', WebAuthnConfiguration })
  await cognito.updateUserPool({ UserPoolId })
  assert.deepEqual(await mfaOf(UserPoolId), { MfaConfiguration: 'OFF', WebAuthnConfiguration })
  const { body } = await call(server, 'DescribeUserPool', { UserPoolId })
  assert.ok(!('WebAuthnConfiguration' in (body.UserPool as object)))
})

const together = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
const none = "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."
const refusals: [name: string, input: Omit<SetUserPoolMfaConfigCommandInput, 'UserPoolId'>, text: string][] = [
  ['a factor beside OFF', { MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration }, together],
  [
    'a factor beside OFF that enables nothing',
    { MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration: { Enabled: false } },
    together,
  ],
  ['a factor without a mode', { SoftwareTokenMfaConfiguration }, together],
  ['a mode without a factor', { MfaConfiguration: 'ON' }, none],
  [
    'a mode whose only factor is off',
    { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: false } },
    none,
  ],
  [
    'SMS without its configuration',
    { MfaConfiguration: 'ON', SmsMfaConfiguration: {} },
    '[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].',
  ],
]

for (const [name, input, message] of refusals) {
  test(`${name} is refused`, async () => {
    const UserPoolId = await create()
    await assert.rejects(cognito.setUserPoolMfaConfig({ UserPoolId, ...input }), {
      name: 'InvalidParameterException',
      message,
    })
    assert.deepEqual(await mfaOf(UserPoolId), { MfaConfiguration: 'OFF' })
  })
}

test('required MFA goes with no one-time password as a first factor, optional MFA does', async () => {
  const UserPoolId = await create({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
  })
  await assert.rejects(
    cognito.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration }),
    { message: 'Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled' },
  )
  await cognito.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration })
})

test('required MFA goes with passkeys as a first factor only where they count for two', async () => {
  const UserPoolId = await create({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  const input = { UserPoolId, MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration } as const
  const expected = {
    message:
      'Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor',
  }
  const both = {
    ...input,
    WebAuthnConfiguration: { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' },
  } as const
  await assert.rejects(cognito.setUserPoolMfaConfig(input), expected)
  await cognito.setUserPoolMfaConfig(both)
  await assert.rejects(cognito.setUserPoolMfaConfig(input), expected, 'what is left out counts as a single factor')
})

test('mail can not be both the second factor and the only way to recover', async () => {
  const UserPoolId = await create({
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
  })
  await assert.rejects(
    cognito.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON', EmailMfaConfiguration: { Subject: 'Code' } }),
    { name: 'InvalidParameterException', message: /cannot use verified_email as a recovery mechanism/ },
  )
})

test('MFA turned off by an update forgets its factors', async () => {
  const UserPoolId = await create()
  await cognito.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration })
  await cognito.updateUserPool({ UserPoolId, MfaConfiguration: 'OFF' })
  assert.deepEqual(await mfaOf(UserPoolId), { MfaConfiguration: 'OFF' })
})
