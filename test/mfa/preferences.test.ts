import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { allFactors, choices, mfaScene, sms } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof mfaScene>>

before(async () => {
  server = await startTestServer()
  scene = await mfaScene(server)
})
after(() => server?.close())

const both = { email: 'ann@example.com', phone_number: '+12065550100' }

async function factors(Username: string) {
  const user = await server.cognito.adminGetUser({ UserPoolId: scene.UserPoolId, Username })
  return { enabled: user.UserMFASettingList, preferred: user.PreferredMfaSetting, options: user.MFAOptions }
}

test('a factor needs its address, number or token', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  await scene.addUser('bare')
  const refused: [object, string][] = [
    [{ SMSMfaSettings: { Enabled: true } }, 'User does not have a phone_number set to turn on SMS MFA'],
    [{ EmailMfaSettings: { Enabled: true } }, 'User does not have an email set to turn on EMAIL MFA'],
    [
      { SoftwareTokenMfaSettings: { Enabled: true } },
      'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA',
    ],
    [{ SMSMfaSettings: { PreferredMfa: true } }, 'User does not have a phone_number set to turn on SMS MFA'],
    [{ WebAuthnMfaSettings: { Enabled: true } }, 'Passkeys are not configured for MFA in the user pool.'],
  ]
  for (const [settings, message] of refused)
    await assert.rejects(cognito.adminSetUserMFAPreference({ UserPoolId, Username: 'bare', ...settings }), {
      name: 'InvalidParameterException',
      message,
    })
  await cognito.adminSetUserMFAPreference({ UserPoolId, Username: 'bare', SMSMfaSettings: { Enabled: false } })
  assert.deepEqual(await factors('bare'), { enabled: undefined, preferred: undefined, options: undefined })
  await assert.rejects(cognito.adminSetUserMFAPreference({ UserPoolId, Username: 'nobody' }), {
    name: 'UserNotFoundException',
  })
})

test('one factor is preferred at most, and only one that is on', async () => {
  const { cognito } = server
  await scene.addUser('ann', { attributes: both })
  const AccessToken = await scene.accessToken('ann')
  const set = (settings: object) => cognito.setUserMFAPreference({ AccessToken, ...settings })
  const preferred = { Enabled: true, PreferredMfa: true }

  await assert.rejects(set({ SMSMfaSettings: preferred, EmailMfaSettings: preferred }), {
    name: 'InvalidParameterException',
  })
  await assert.rejects(set({ SMSMfaSettings: { Enabled: false, PreferredMfa: true } }), {
    name: 'InvalidParameterException',
  })
  await set({ SMSMfaSettings: preferred })
  const smsOption = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }]
  assert.deepEqual(await factors('ann'), { enabled: ['SMS_MFA'], preferred: 'SMS_MFA', options: smsOption })
  await set({ EmailMfaSettings: preferred })
  assert.deepEqual(await factors('ann'), {
    enabled: ['SMS_MFA', 'EMAIL_OTP'],
    preferred: 'EMAIL_OTP',
    options: smsOption,
  })
  await set({ EmailMfaSettings: { Enabled: true, PreferredMfa: false } })
  assert.equal((await factors('ann')).preferred, undefined)

  const asked = await scene.byPassword('ann')
  assert.equal(asked.ChallengeName, 'SELECT_MFA_TYPE')
  assert.deepEqual(choices(asked, 'MFAS_CAN_CHOOSE'), ['SMS_MFA', 'EMAIL_OTP'])
  assert.deepEqual(Object.keys(asked.ChallengeParameters!).sort(), ['MFAS_CAN_CHOOSE', 'MFAS_CAN_SELECT'])

  await set({ SMSMfaSettings: { Enabled: false }, EmailMfaSettings: { Enabled: false } })
  assert.deepEqual(await factors('ann'), { enabled: undefined, preferred: undefined, options: undefined })
  assert.ok((await scene.byPassword('ann')).AuthenticationResult)
})

test('what the pool does not offer cannot be turned on', async () => {
  const other = await mfaScene(server, { mfa: { MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration: sms } })
  await other.addUser('ann', { attributes: both })
  await assert.rejects(other.prefer('ann', 'EmailMfaSettings'), { name: 'InvalidParameterException' })
  await other.prefer('ann', 'SMSMfaSettings')
})

test('the older form turns SMS on and off', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  await scene.addUser('old', { attributes: both })
  const AccessToken = await scene.accessToken('old')
  const MFAOptions = [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }]
  await cognito.setUserSettings({ AccessToken, MFAOptions })
  assert.deepEqual(await factors('old'), { enabled: ['SMS_MFA'], preferred: undefined, options: MFAOptions })
  assert.equal((await scene.byPassword('old')).ChallengeName, 'SMS_MFA')
  await cognito.adminSetUserSettings({ UserPoolId, Username: 'old', MFAOptions: [] })
  assert.ok((await scene.byPassword('old')).AuthenticationResult)
  await assert.rejects(
    cognito.setUserSettings({ AccessToken, MFAOptions: [{ DeliveryMedium: 'EMAIL', AttributeName: 'email' }] }),
    { name: 'InvalidParameterException' },
  )
  await scene.addUser('bald')
  await assert.rejects(cognito.adminSetUserSettings({ UserPoolId, Username: 'bald', MFAOptions }), {
    name: 'InvalidParameterException',
  })
})

test('where MFA is required a user keeps one factor, which an administrator may take away', async () => {
  const { cognito } = server
  const required = await mfaScene(server)
  const { UserPoolId } = required
  await required.addUser('ann', { attributes: both })
  const AccessToken = await required.accessToken('ann')
  const off = { Enabled: false }
  await cognito.setUserMFAPreference({
    AccessToken,
    SMSMfaSettings: { Enabled: true, PreferredMfa: true },
    EmailMfaSettings: { Enabled: true },
  })
  await cognito.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON', ...allFactors })

  const refused = { name: 'InvalidParameterException', message: /requires MFA/ }
  await assert.rejects(
    cognito.setUserMFAPreference({ AccessToken, SMSMfaSettings: off, EmailMfaSettings: off }),
    refused,
  )
  await cognito.setUserMFAPreference({ AccessToken, EmailMfaSettings: off })
  await assert.rejects(cognito.setUserMFAPreference({ AccessToken, SMSMfaSettings: off }), refused)
  await assert.rejects(cognito.setUserSettings({ AccessToken, MFAOptions: [] }), refused)
  await cognito.adminSetUserMFAPreference({ UserPoolId, Username: 'ann', SMSMfaSettings: off })
  const { UserMFASettingList } = await cognito.adminGetUser({ UserPoolId, Username: 'ann' })
  assert.equal(UserMFASettingList, undefined)
})

test('factors are listed for users and administrators', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  await scene.addUser('list', { attributes: both })
  const AccessToken = await scene.accessToken('list')
  await scene.prefer('list', 'SMSMfaSettings')
  const expected = {
    Username: 'list',
    ConfiguredUserAuthFactors: ['PASSWORD'],
    PreferredMfaSetting: 'SMS_MFA',
    UserMFASettingList: ['SMS_MFA'],
  }
  const { $metadata: _, ...own } = await cognito.getUserAuthFactors({ AccessToken })
  const { $metadata: __, ...seen } = await cognito.adminGetUserAuthFactors({ UserPoolId, Username: 'list' })
  assert.deepEqual(own, expected)
  assert.deepEqual(seen, expected)
  await assert.rejects(cognito.getUserAuthFactors({ AccessToken: 'none' }), { name: 'NotAuthorizedException' })
})

test('a password is not recovered by the medium of the second factor', async () => {
  const { cognito } = server
  const { ClientId } = scene
  const verified = { ...both, email_verified: 'true', phone_number_verified: 'true' }
  await scene.addUser('lost', { attributes: verified })
  const medium = async () => {
    const { CodeDeliveryDetails } = await cognito.forgotPassword({ ClientId, Username: 'lost' })
    return CodeDeliveryDetails!.DeliveryMedium
  }
  assert.equal(await medium(), 'EMAIL')
  await scene.prefer('lost', 'EmailMfaSettings')
  assert.equal(await medium(), 'SMS')
  await scene.prefer('lost', 'SMSMfaSettings')
  assert.equal(await medium(), 'EMAIL')

  await scene.addUser('stuck', { attributes: { email: 'stuck@example.com', email_verified: 'true' } })
  await scene.prefer('stuck', 'EmailMfaSettings')
  const refusal = { name: 'InvalidParameterException' }
  await assert.rejects(cognito.forgotPassword({ ClientId, Username: 'stuck' }), refusal)
  await assert.rejects(cognito.adminResetUserPassword({ UserPoolId: scene.UserPoolId, Username: 'stuck' }), refusal)
})
