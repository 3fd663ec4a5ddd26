import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startSrp } from '../sign-in/scene.ts'
import { type ConsoleScene, heading, press, startConsole, told } from './scene.ts'

let scene: ConsoleScene
let UserPoolId: string
const hello = 'arn:aws:lambda:us-east-1:000000000000:function:hello'

before(async () => {
  scene = await startConsole()
  const { UserPool } = await scene.cognito.createUserPool({
    PoolName: 'shop',
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
    LambdaConfig: {
      PostConfirmation: hello,
      PreTokenGenerationConfig: { LambdaArn: hello, LambdaVersion: 'V2_0' },
      CustomEmailSender: { LambdaArn: hello, LambdaVersion: 'V1_0' },
      KMSKeyID: 'arn:aws:kms:us-east-1:000000000000:key/one',
    },
    UserPoolTags: { team: 'shop' },
    VerificationMessageTemplate: { EmailMessage: 'code {####}', EmailSubject: 'hello', SmsMessage: 'sms {####}' },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  })
  UserPoolId = UserPool!.Id!
})
after(() => scene.close())

const readPool = async () => {
  const { UserPool } = await scene.cognito.describeUserPool({ UserPoolId })
  return { ...UserPool!, LastModifiedDate: undefined }
}

test('texts of messages are seen as they will be, checked for their placeholders, and saved beside the others', async () => {
  const before = await readPool()
  const tab = await scene.open(`pools/${UserPoolId}/messages`)
  const { page } = tab
  await heading(page, 'Mail and SMS')
  const body = page.getByLabel('Verification by code: Mail, as HTML')
  await body.fill('<p>no code</p>')
  await told(page, 'The code is missing: add {####}')
  assert.ok(await page.getByRole('button', { name: 'Review changes' }).isDisabled())
  await body.fill('<style>p { color: rgb(1, 2, 3) }</style><p style="font-size: 30px">Code <b>{####}</b></p>')
  const mail = page.frameLocator('iframe[title="Preview: Verification by code"]')
  await mail.getByText('123456').waitFor()
  await page.getByLabel('Invitation: Mail, as HTML').fill('Welcome {username}, {####}')
  await page
    .frameLocator('iframe[title="Preview: Invitation"]')
    .getByText('Welcome ann@example.com, Xm7-ptQ2')
    .waitFor()
  await page.getByLabel('Verification by code: SMS').fill(`{####}${'x'.repeat(140)}`)
  await told(page, 'An SMS can have at most 140 characters.')
  await page.getByLabel('Verification by code: SMS').fill('')
  await page.getByLabel('Reply to').fill('help@example.com')
  await tab.look('messages')
  await press(page, 'Review changes')
  await press(page, 'Save changes')
  await told(page, 'The messages are saved.')
  const saved = await readPool()
  assert.equal(saved.EmailConfiguration!.ReplyToEmailAddress, 'help@example.com')
  assert.equal(saved.VerificationMessageTemplate!.EmailSubject, 'hello')
  assert.match(saved.VerificationMessageTemplate!.EmailMessage!, /<b>\{####\}<\/b>/)
  assert.equal(saved.VerificationMessageTemplate!.SmsMessage, undefined)
  assert.equal(saved.AdminCreateUserConfig!.AllowAdminCreateUserOnly, true)
  assert.equal(saved.AdminCreateUserConfig!.InviteMessageTemplate!.EmailMessage, 'Welcome {username}, {####}')
  assert.deepEqual(saved.LambdaConfig, before.LambdaConfig)
  await tab.close()
})

test('a function is named, another taken away, and every other stays', async () => {
  const before = await readPool()
  const tab = await scene.open(`pools/${UserPoolId}/triggers`)
  const { page } = tab
  await heading(page, 'Triggers')
  assert.equal(await page.getByLabel('Post confirmation', { exact: true }).inputValue(), hello)
  await page.getByLabel('Pre sign-up', { exact: true }).fill('not a name')
  await told(page, 'Enter a name, or arn:aws:lambda')
  await page.getByLabel('Pre sign-up', { exact: true }).fill('welcome')
  await page.getByLabel('Post confirmation', { exact: true }).fill('')
  await page.getByLabel(/Key that encrypts the codes/).fill('')
  await told(page, 'Sender functions need this key.')
  await page.getByLabel(/Key that encrypts the codes/).fill('arn:aws:kms:us-east-1:000000000000:key/one')
  await page.getByRole('radio', { name: /^V3/ }).check()
  await tab.look('triggers')
  await press(page, 'Review changes')
  await press(page, 'Save changes')
  await told(page, 'The triggers are saved.')
  const { PostConfirmation: _, ...others } = before.LambdaConfig!
  assert.deepEqual((await readPool()).LambdaConfig, {
    ...others,
    PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:welcome',
    PreTokenGenerationConfig: { LambdaArn: hello, LambdaVersion: 'V3_0' },
  })
  await tab.close()
})

test('tags, an attribute, passkeys and logs are set without a shell', async () => {
  const before = await readPool()
  const tab = await scene.open(`pools/${UserPoolId}/settings`)
  const { page } = tab
  await heading(page, 'Pool settings')
  await press(page, 'Add a tag')
  await page.getByRole('textbox', { name: 'Tag', exact: true }).last().fill('stage')
  await page.getByRole('textbox', { name: 'Value', exact: true }).last().fill('test')
  await page.getByLabel('Passkey domain (relying party)').fill('shop.example')
  await page.getByRole('checkbox', { name: 'Deletion protection' }).check()
  await page.getByRole('button', { name: 'Review changes', exact: true }).click()
  await tab.look('pool-settings-review')
  await press(page, 'Save changes')
  await told(page, 'The pool is saved.')
  const saved = await readPool()
  assert.deepEqual(saved, { ...before, DeletionProtection: 'ACTIVE', UserPoolTags: { team: 'shop', stage: 'test' } })
  const { WebAuthnConfiguration } = await scene.cognito.getUserPoolMfaConfig({ UserPoolId })
  assert.equal(WebAuthnConfiguration!.RelyingPartyId, 'shop.example')

  await press(page, 'Add an attribute')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('plan')
  await dialog.getByLabel('Maximum length or value').fill('20')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await told(page, 'custom:plan is added.')
  const plan = (await readPool()).SchemaAttributes!.find(({ Name }) => Name === 'custom:plan')!
  assert.equal(plan.StringAttributeConstraints!.MaxLength, '20')

  await page.getByRole('radio', { name: 'S3' }).check()
  await told(page, 'Enter the ARN of the destination.')
  await page.getByLabel(/^Sign-ins and their risk.*ARN$/).fill('arn:aws:s3:::logs-of-shop')
  await press(page, 'Review changes to Logs')
  await press(page, 'Save changes')
  await told(page, 'Log delivery is saved.')
  const { LogDeliveryConfiguration } = await scene.cognito.getLogDeliveryConfiguration({ UserPoolId })
  assert.deepEqual(LogDeliveryConfiguration!.LogConfigurations, [
    { EventSource: 'userAuthEvents', LogLevel: 'INFO', S3Configuration: { BucketArn: 'arn:aws:s3:::logs-of-shop' } },
  ])
  await tab.look('pool-settings')
  await tab.close()
})

test('the overview names the factors that people have used, not the steps between', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'busy' })
  const own = { UserPoolId: UserPool!.Id! }
  const { UserPoolClient } = await scene.cognito.createUserPoolClient({
    ...own,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const ClientId = UserPoolClient!.ClientId!
  const Password = 'Correct-horse-1'
  await scene.cognito.adminCreateUser({ ...own, Username: 'ann', MessageAction: 'SUPPRESS' })
  await scene.cognito.adminSetUserPassword({ ...own, Username: 'ann', Password, Permanent: true })
  const AuthParameters = { USERNAME: 'ann', PASSWORD: Password }
  await scene.cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
  const { asked, responses } = await startSrp(scene, { ...own, ClientId, username: 'ann' })
  await scene.cognito.respondToAuthChallenge({
    ClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    Session: asked.Session,
    ChallengeResponses: await responses(Password),
  })
  const tab = await scene.open(`pools/${own.UserPoolId}`)
  const { page } = tab
  await page.getByRole('heading', { name: 'Factors in use' }).waitFor()
  await page.getByText('Password: 2', { exact: true }).waitFor({ state: 'attached' })
  assert.equal(await page.getByText(/PASSWORD_/).count(), 0)
  await tab.close()
})

test('a replica is added, turned on and off, and deleted once it is off', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/settings`)
  const { page } = tab
  const dialog = page.getByRole('dialog')
  const row = page.getByRole('row', { name: /eu-west-1/ })
  const confirm = async (name: string) => {
    await dialog.getByRole('button', { name, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await press(page, 'Add a region')
  await dialog.getByLabel('Region').fill('Ireland')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await told(page, 'Invalid region name: Ireland')
  await dialog.getByLabel('Region').fill('eu-west-1')
  await confirm('Add')
  await row.getByText('Off', { exact: true }).waitFor()
  // There can be one.
  assert.equal(await page.getByRole('button', { name: 'Add a region' }).count(), 0)
  await press(page, 'Turn on eu-west-1')
  await confirm('Turn on')
  await row.getByText('On', { exact: true }).waitFor()
  await tab.look('replicas')
  assert.equal(await page.getByRole('button', { name: 'Delete eu-west-1' }).count(), 0)
  await press(page, 'Turn off eu-west-1')
  await confirm('Turn off')
  await press(page, 'Delete eu-west-1')
  assert.ok(await dialog.getByRole('button', { name: 'Delete', exact: true }).isDisabled())
  await dialog.getByLabel('To confirm, type eu-west-1').fill('eu-west-1')
  await confirm('Delete')
  await row.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Add a region' }).waitFor()
  await tab.close()
  const { UserPoolReplicas } = await scene.cognito.listUserPoolReplicas({ UserPoolId })
  assert.deepEqual(
    UserPoolReplicas!.map(({ Role }) => Role),
    ['PRIMARY'],
  )
})

test('what threat protection does is set for the pool, and nothing that others have set is lost', async () => {
  const tab = await scene.open(`pools/${UserPoolId}/threats`)
  const { page } = tab
  await heading(page, 'Threat protection')
  await page.getByRole('radiogroup', { name: 'High risk' }).getByRole('radio', { name: 'Block' }).check()
  await page
    .getByRole('radiogroup', { name: 'When a leaked password is used' })
    .getByRole('radio', { name: 'Block' })
    .check()
  await page.getByLabel('Always blocked').fill('everybody')
  await told(page, 'everybody is not a range of IP addresses.')
  await page.getByLabel('Always blocked').fill('192.0.2.0/24')
  await tab.look('threats')
  await scene.cognito.setRiskConfiguration({
    UserPoolId,
    RiskExceptionConfiguration: { SkippedIPRangeList: ['198.51.100.0/24'] },
  })
  await press(page, 'Review changes')
  await press(page, 'Save changes')
  await told(page, 'Threat protection is saved.')
  const { RiskConfiguration } = await scene.cognito.describeRiskConfiguration({ UserPoolId })
  assert.deepEqual(RiskConfiguration!.RiskExceptionConfiguration, {
    BlockedIPRangeList: ['192.0.2.0/24'],
    SkippedIPRangeList: ['198.51.100.0/24'],
  })
  assert.deepEqual(RiskConfiguration!.AccountTakeoverRiskConfiguration!.Actions, {
    HighAction: { EventAction: 'BLOCK', Notify: false },
  })
  assert.equal(RiskConfiguration!.CompromisedCredentialsRiskConfiguration!.Actions!.EventAction, 'BLOCK')
  await page.setViewportSize({ width: 360, height: 800 })
  for (const path of ['threats', 'settings', 'messages', 'triggers']) {
    await tab.goTo(`pools/${UserPoolId}/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, path)
  }
  await tab.close()
})

test('a role for SMS does not make SMS a second factor', async () => {
  const { UserPool } = await scene.cognito.createUserPool({ PoolName: 'tokens' })
  const key = { UserPoolId: UserPool!.Id! }
  const SoftwareTokenMfaConfiguration = { Enabled: true }
  await scene.cognito.setUserPoolMfaConfig({ ...key, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration })
  const factors = async () => ({ ...(await scene.cognito.getUserPoolMfaConfig(key)), $metadata: undefined })
  const before = await factors()
  const tab = await scene.open(`pools/${key.UserPoolId}/settings`)
  const { page } = tab
  await page.getByLabel('SMS role (ARN)').fill('arn:aws:iam::000000000000:role/sms')
  await page.getByRole('button', { name: 'Review changes', exact: true }).click()
  await press(page, 'Save changes')
  await told(page, 'The pool is saved.')
  await tab.close()
  const { UserPool: saved } = await scene.cognito.describeUserPool(key)
  assert.equal(saved!.SmsConfiguration!.SnsCallerArn, 'arn:aws:iam::000000000000:role/sms')
  assert.deepEqual(await factors(), before)
})
