import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene

before(async () => {
  scene = await startConsole()
})
after(() => scene.close())

test('a second factor is required with a few clicks, and nothing else of the pool changes', async () => {
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'shop',
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:hello' },
    UserPoolTags: { team: 'shop' },
    Policies: { PasswordPolicy: { MinimumLength: 10 } },
    VerificationMessageTemplate: { EmailMessage: 'code {####}', EmailSubject: 'hello' },
  })
  const UserPoolId = UserPool!.Id!
  const read = async () => {
    const { UserPool: pool } = await scene.cognito.describeUserPool({ UserPoolId })
    const { $metadata: _, ...mfa } = await scene.cognito.getUserPoolMfaConfig({ UserPoolId })
    return { pool: { ...pool!, LastModifiedDate: undefined }, mfa }
  }
  const { pool: before } = await read()

  const tab = await scene.open(`pools/${UserPoolId}/sign-in`)
  const { page } = tab
  await heading(page, 'Sign-in settings')
  await tab.look('sign-in-settings')
  await page.getByRole('radio', { name: 'Required for everybody' }).check()
  await told(page, 'Choose at least one second factor.')
  assert.ok(await page.getByRole('button', { name: 'Review changes', exact: true }).isDisabled())
  await page.getByRole('checkbox', { name: 'Authenticator app' }).check()
  await page.getByRole('checkbox', { name: /^Passkey/ }).check()
  await page.getByLabel('Minimum length').fill('14')
  await press(page, 'Review changes')
  await page.getByRole('dialog').getByText('Required for everybody').waitFor()
  await tab.look('sign-in-review')
  await press(page, 'Save changes')
  await told(page, 'The sign-in settings are saved.')
  // What is saved is no change any more.
  await page.getByRole('button', { name: 'Review changes', exact: true, disabled: true }).waitFor()
  await tab.close()

  const { pool, mfa } = await read()
  assert.equal(mfa.MfaConfiguration, 'ON')
  assert.equal(mfa.SoftwareTokenMfaConfiguration!.Enabled, true)
  assert.equal(mfa.SmsMfaConfiguration, undefined)
  assert.deepEqual(pool, {
    ...before,
    MfaConfiguration: 'ON',
    Policies: {
      PasswordPolicy: { ...before.Policies!.PasswordPolicy, MinimumLength: 14 },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] },
    },
  })
})

test('what the server would refuse is said before, and a stricter pool can be made laxer again', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'strict' })
  const UserPoolId = UserPool!.Id!
  const tab = await scene.open(`pools/${UserPoolId}/sign-in`)
  const { page } = tab
  const save = async () => {
    await press(page, 'Review changes')
    await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page.getByRole('checkbox', { name: 'Code by e-mail' }).check()
  await save()
  await page.getByRole('radio', { name: 'Required for everybody' }).check()
  await page.getByRole('checkbox', { name: 'Authenticator app' }).check()
  await told(page, 'Codes can’t be the first factor while a second one is required.')
  await page.getByRole('checkbox', { name: 'Code by e-mail' }).first().uncheck()
  await page.getByRole('checkbox', { name: 'Password' }).uncheck()
  await told(page, 'The API requires passwords to stay')
  await page.getByRole('checkbox', { name: 'Password' }).check()
  await save()
  const mfa = async () => (await scene.cognito.getUserPoolMfaConfig({ UserPoolId })).MfaConfiguration
  assert.equal(await mfa(), 'ON')
  await page.getByRole('radiogroup', { name: 'Second factor' }).getByRole('radio', { name: 'Off' }).check()
  await page.getByRole('checkbox', { name: 'Code by e-mail' }).check()
  await save()
  assert.equal(await mfa(), 'OFF')
  const { UserPool: pool } = await scene.cognito.describeUserPool({ UserPoolId })
  assert.deepEqual(pool!.Policies!.SignInPolicy!.AllowedFirstAuthFactors, ['PASSWORD', 'EMAIL_OTP'])
  await tab.close()
})

test('each setting is saved as it is chosen', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'all', AutoVerifiedAttributes: ['email'] })
  const UserPoolId = UserPool!.Id!
  const tab = await scene.open(`pools/${UserPoolId}/sign-in`)
  const { page } = tab
  await page.getByRole('checkbox', { name: 'Users can sign up themselves' }).uncheck()
  await page.getByRole('radio', { name: 'Administrators only' }).check()
  await page.getByRole('radio', { name: 'Audit only: log risky sign-ins' }).check()
  await page.getByRole('radio', { name: 'If the user agrees' }).check()
  await page.getByRole('checkbox', { name: 'Require a symbol' }).uncheck()
  await page.getByLabel('Previous passwords that can’t be reused').fill('4')
  await press(page, 'Review changes')
  await press(page, 'Save changes')
  await told(page, 'The sign-in settings are saved.')
  await tab.close()
  const { UserPool: pool } = await scene.cognito.describeUserPool({ UserPoolId })
  assert.equal(pool!.AdminCreateUserConfig!.AllowAdminCreateUserOnly, true)
  assert.deepEqual(pool!.AccountRecoverySetting!.RecoveryMechanisms, [{ Name: 'admin_only', Priority: 1 }])
  assert.equal(pool!.UserPoolAddOns!.AdvancedSecurityMode, 'AUDIT')
  assert.equal(pool!.DeviceConfiguration!.DeviceOnlyRememberedOnUserPrompt, true)
  assert.equal(pool!.Policies!.PasswordPolicy!.RequireSymbols, false)
  assert.equal(pool!.Policies!.PasswordPolicy!.PasswordHistorySize, 4)
})

test('sessions are tracked with a click, and an app says how long it shares a sign-in', async () => {
  const UserPoolId = (await scene.cognito.createUserPool({ PoolName: 'sessions' })).UserPool!.Id!
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({ UserPoolId, ClientName: 'store' })
  const ClientId = UserPoolClient!.ClientId!
  const tab = await scene.open(`pools/${UserPoolId}/clients/${ClientId}`)
  const { page } = tab
  await page.getByText('Settings', { exact: true }).waitFor()
  assert.equal(await page.getByLabel('For so many minutes').count(), 0)

  await tab.goTo(`pools/${UserPoolId}/sign-in`)
  await page.getByRole('checkbox', { name: 'Keep track of sessions' }).check()
  await page.getByLabel('Sessions of one user at a time').fill('101')
  await told(page, 'Enter a number from 1 to 100.')
  const review = page.getByRole('button', { name: 'Review changes to Sessions' })
  assert.ok(await review.isDisabled())
  await page.getByLabel('Sessions of one user at a time').fill('5')
  await review.click()
  await press(page, 'Save changes')
  await told(page, 'The session settings are saved.')

  await tab.goTo(`pools/${UserPoolId}/clients/${ClientId}`)
  await page.getByLabel('For so many minutes').fill('10')
  await tab.look('client-sessions')
  await press(page, 'Review changes to Shared sign-in')
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
  await told(page, 'The shared sign-in is saved.')
  await tab.close()
  const { UserSessionTracking, TokenSession } = await scene.cognito.getUserPoolSessionConfiguration({ UserPoolId })
  assert.deepEqual([UserSessionTracking, TokenSession], ['ENABLED', { MaxPerUser: 5 }])
  const { SSOSession } = await scene.cognito.getUserPoolClientSessionConfiguration({ UserPoolId, ClientId })
  assert.equal(SSOSession!.MaxValidityMinutes, 10)
})

test('what an app sees and changes of its users is chosen, and given back', async () => {
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'attributes',
    Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
  })
  const UserPoolId = UserPool!.Id!
  const made = await scene.cognito.createUserPoolClient({ UserPoolId, ClientName: 'store', GenerateSecret: true })
  const ClientId = made.UserPoolClient!.ClientId!
  const read = async () => (await scene.cognito.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient!
  const tab = await scene.open(`pools/${UserPoolId}/clients/${ClientId}`)
  const { page } = tab
  const save = async () => {
    await page.getByRole('button', { name: 'Review changes', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page.getByRole('checkbox', { name: 'Attributes it can change: all' }).uncheck()
  await page.getByRole('checkbox', { name: 'custom:plan' }).uncheck()
  await page.getByLabel('Minutes to complete a sign-in').fill('16')
  await told(page, 'Enter a number from 3 to 15.')
  await page.getByLabel('Minutes to complete a sign-in').fill('15')
  await save()
  const saved = await read()
  assert.equal(saved.AuthSessionValidity, 15)
  assert.ok(saved.WriteAttributes!.includes('name') && !saved.WriteAttributes!.includes('custom:plan'))
  assert.equal(saved.ReadAttributes, undefined)

  await page.getByRole('checkbox', { name: 'Attributes it can change: all' }).check()
  await save()
  assert.equal((await read()).WriteAttributes, undefined)
  await tab.close()
})
