import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type * as auth from 'aws-amplify/auth'
import type { Browser, Page } from 'playwright-core'
import { alwaysRemembered, deviceScene } from '../devices/scene.ts'
import { allFactors, mfaScene, sms } from '../mfa/scene.ts'
import { rightPassword, signInScene } from '../sign-in/scene.ts'
import { startAppPage } from '../support/app-page.ts'
import { launchChromium } from '../support/chromium.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { arnOf, type Event, type LambdaEndpoint, lambdaKey, startLambda } from '../triggers/lambda-endpoint.ts'

// Amplify in a real browser, on a page of an app that is not this server's: every step that its signIn can lead to.
type Auth = typeof auth

let server: TestServer
let lambda: LambdaEndpoint
let app: Awaited<ReturnType<typeof startAppPage>>
let browser: Browser
let page: Page

before(async () => {
  lambda = await startLambda()
  server = await startTestServer({ lambdaEndpoint: lambda.url, lambdaCredentials: lambdaKey })
  app = await startAppPage('test/compatibility/amplify-page.js')
  browser = await launchChromium()
})
after(async () => {
  await browser?.close()
  app?.close()
  await server?.close()
  await lambda?.close()
})
afterEach(() => page.context().close())

/** A browser that has never been here, with an authenticator of its own. */
async function open({ UserPoolId, ClientId }: { UserPoolId: string; ClientId: string }): Promise<void> {
  page = await browser.newPage()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(app.url)
  await page.evaluate((configuration) => (window as unknown as PageWindow).configure(configuration), {
    userPoolId: UserPoolId,
    userPoolClientId: ClientId,
    userPoolEndpoint: server.url,
  })
}

interface PageWindow {
  configure(settings: object): void
  call(name: string, input: unknown): Promise<{ value?: unknown; error?: { name: string; message: string } }>
}

async function call<Name extends keyof Auth>(
  name: Name,
  input?: Auth[Name] extends (input: infer Input) => unknown ? Input : never,
) {
  const { value, error } = await page.evaluate(([name, input]) => (window as unknown as PageWindow).call(name, input), [
    name as string,
    input,
  ] as const)
  if (error) throw Object.assign(new Error(error.message), { name: error.name })
  return value as Auth[Name] extends (input: never) => Promise<infer Output> ? Output : never
}

const signIn = async (input: Parameters<Auth['signIn']>[0]) => (await call('signIn', input)).nextStep
const confirm = async (challengeResponse: string) => (await call('confirmSignIn', { challengeResponse })).nextStep
const done = { signInStep: 'DONE' }

/** Signs in by the given flow, and out. */
async function inAndOut(username: string, options: NonNullable<Parameters<Auth['signIn']>[0]>['options']) {
  assert.deepEqual(await signIn({ username, password: rightPassword, options }), done)
  assert.equal((await call('getCurrentUser')).username, username)
  await call('signOut')
}

const choice = {
  Policies: {
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as 'PASSWORD'[] },
  },
  AutoVerifiedAttributes: ['email' as const],
  ...sms,
}
const byChoice = { authFlowType: 'USER_AUTH' } as const

test('passwords: by SRP, as they are, and in the choice flow either way', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  await open(scene)
  await inAndOut('ann', { authFlowType: 'USER_SRP_AUTH' })
  await inAndOut('ann', { authFlowType: 'USER_PASSWORD_AUTH' })
  await inAndOut('ann', { ...byChoice, preferredChallenge: 'PASSWORD' })
  await inAndOut('ann', { ...byChoice, preferredChallenge: 'PASSWORD_SRP' })

  for (const factor of ['PASSWORD', 'PASSWORD_SRP']) {
    const asked = await signIn({ username: 'ann', options: byChoice })
    assert.deepEqual(asked, {
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
      availableChallenges: ['PASSWORD_SRP', 'PASSWORD'],
    })
    assert.deepEqual(await confirm(factor), { signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' })
    assert.deepEqual(await confirm(rightPassword), done)
    await call('signOut')
  }
  await signIn({ username: 'ann', options: byChoice })
  await confirm('PASSWORD')
  await assert.rejects(confirm('Wrong-Horse-9'), { name: 'NotAuthorizedException' })
  assert.deepEqual(await confirm(rightPassword), done)
})

test('codes as the first factor, preferred and chosen', async () => {
  const scene = await mfaScene(server, { pool: choice, mfa: { MfaConfiguration: 'OFF' } })
  const [email, phone_number] = ['ann@example.com', '+12065550150']
  await scene.addUser('ann', { attributes: { email, phone_number } })
  await open(scene)

  const mailed = await signIn({ username: 'ann', options: { ...byChoice, preferredChallenge: 'EMAIL_OTP' } })
  assert.deepEqual(mailed, {
    signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
    codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***' },
  })
  assert.deepEqual(await confirm(await scene.lastCode(email)), done)
  await call('signOut')

  assert.deepEqual(await signIn({ username: 'ann', options: byChoice }), {
    signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
    availableChallenges: ['EMAIL_OTP', 'SMS_OTP', 'PASSWORD_SRP', 'PASSWORD'],
  })
  assert.equal((await confirm('SMS_OTP')).signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE')
  await assert.rejects(confirm('00000000'), { name: 'CodeMismatchException' })
  assert.deepEqual(await confirm(await scene.lastCode(phone_number)), done)
})

test('a passkey is registered, preferred, chosen, listed and deleted', async () => {
  const scene = await signInScene(server, { pool: choice })
  await scene.addUser('ann')
  await open(scene)
  await signIn({ username: 'ann', password: rightPassword })
  await call('associateWebAuthnCredential')
  await call('signOut')

  await inAndOut('ann', { ...byChoice, preferredChallenge: 'WEB_AUTHN' })
  const asked = await signIn({ username: 'ann', options: byChoice })
  assert.deepEqual('availableChallenges' in asked && asked.availableChallenges, [
    'WEB_AUTHN',
    'PASSWORD_SRP',
    'PASSWORD',
  ])
  assert.deepEqual(await confirm('WEB_AUTHN'), done)

  const { credentials } = await call('listWebAuthnCredentials')
  assert.deepEqual(
    credentials.map(({ relyingPartyId, authenticatorAttachment }) => ({ relyingPartyId, authenticatorAttachment })),
    [{ relyingPartyId: 'localhost', authenticatorAttachment: 'platform' }],
  )
  await call('deleteWebAuthnCredential', { credentialId: credentials[0]!.credentialId! })
  assert.deepEqual((await call('listWebAuthnCredentials')).credentials, [])
})

test('a sign-up without a password goes straight on to the first sign-in', async () => {
  const scene = await mfaScene(server, { pool: choice, mfa: { MfaConfiguration: 'OFF' } })
  await open(scene)
  const email = 'new@example.com'
  const signedUp = await call('signUp', {
    username: 'new',
    options: { userAttributes: { email }, autoSignIn: { authFlowType: 'USER_AUTH' } },
  })
  assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP')
  const confirmed = await call('confirmSignUp', { username: 'new', confirmationCode: await scene.lastCode(email) })
  assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN')
  assert.deepEqual((await call('autoSignIn')).nextStep, done)
  assert.equal((await call('fetchUserAttributes')).email_verified, 'true')
  await call('deleteUser')
  await assert.rejects(call('getCurrentUser'), { name: 'UserUnAuthenticatedException' })
  await assert.rejects(signIn({ username: 'new', options: byChoice }), { name: 'UserNotFoundException' })
})

test('an app, a phone and an address become second factors, one of them preferred', async () => {
  const scene = await mfaScene(server)
  const [email, phone_number] = ['ann@example.com', '+12065550151']
  await scene.addUser('ann', { attributes: { email, phone_number } })
  await open(scene)
  await signIn({ username: 'ann', password: rightPassword })
  const { sharedSecret } = await call('setUpTOTP')
  await assert.rejects(call('verifyTOTPSetup', { code: '000000' }), { name: 'EnableSoftwareTokenMFAException' })
  await call('verifyTOTPSetup', { code: await scene.codeOf(sharedSecret) })
  await call('updateMFAPreference', { totp: 'ENABLED', sms: 'ENABLED', email: 'ENABLED' })
  const preference = await call('fetchMFAPreference')
  assert.deepEqual(preference.enabled?.toSorted(), ['EMAIL', 'SMS', 'TOTP'])
  assert.equal(preference.preferred, undefined)
  await call('signOut')

  for (const [factor, step, code] of [
    ['TOTP', 'CONFIRM_SIGN_IN_WITH_TOTP_CODE', () => scene.nextCode(sharedSecret)],
    ['SMS', 'CONFIRM_SIGN_IN_WITH_SMS_CODE', () => scene.lastCode(phone_number)],
    ['EMAIL', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', () => scene.lastCode(email)],
  ] as const) {
    const asked = await signIn({ username: 'ann', password: rightPassword })
    assert.deepEqual(asked, {
      signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION',
      allowedMFATypes: ['SMS', 'EMAIL', 'TOTP'],
    })
    assert.equal((await confirm(factor)).signInStep, step)
    await assert.rejects(confirm('000000'), { name: 'CodeMismatchException' })
    assert.deepEqual(await confirm(await code()), done)
    if (factor !== 'EMAIL') await call('signOut')
  }

  await call('updateMFAPreference', { totp: 'PREFERRED' })
  assert.equal((await call('fetchMFAPreference')).preferred, 'TOTP')
  await call('signOut')
  const asked = await signIn({ username: 'ann', password: rightPassword })
  assert.deepEqual(asked, { signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' })
  assert.deepEqual(await confirm(await scene.nextCode(sharedSecret)), done)
})

const recoveredByPhone = {
  AccountRecoverySetting: {
    RecoveryMechanisms: [
      { Name: 'verified_phone_number' as const, Priority: 1 },
      { Name: 'verified_email' as const, Priority: 2 },
    ],
  },
}

test('a second factor that is required is chosen and set up on the way', async () => {
  const scene = await mfaScene(server, { mfa: { MfaConfiguration: 'ON', ...allFactors }, pool: recoveredByPhone })
  await scene.addUser('ann')
  await scene.addUser('bob')
  await open(scene)
  const selection = {
    signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION',
    allowedMFATypes: ['EMAIL', 'TOTP'],
  }
  assert.deepEqual(await signIn({ username: 'ann', password: rightPassword }), selection)
  const setUp = await confirm('TOTP')
  assert.ok(setUp.signInStep === 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP')
  await assert.rejects(confirm('000000'), { name: 'EnableSoftwareTokenMFAException' })
  assert.deepEqual(await confirm(await scene.codeOf(setUp.totpSetupDetails.sharedSecret)), done)
  await call('signOut')

  assert.deepEqual(await signIn({ username: 'bob', password: rightPassword }), selection)
  assert.deepEqual(await confirm('EMAIL'), { signInStep: 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP' })
  const mailed = await confirm('bob@example.com')
  assert.equal(mailed.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  assert.deepEqual(await confirm(await scene.lastCode('bob@example.com')), done)
})

test('where one factor alone can be set up, it is not chosen', async () => {
  const app = await mfaScene(server, {
    mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
  })
  await app.addUser('ann')
  await open(app)
  const setUp = await signIn({ username: 'ann', password: rightPassword })
  assert.ok(setUp.signInStep === 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP')
  const secret = setUp.totpSetupDetails.sharedSecret
  assert.deepEqual(await confirm(await app.codeOf(secret)), done)
  await call('signOut')
  assert.deepEqual(await signIn({ username: 'ann', password: rightPassword }), {
    signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE',
  })
  assert.deepEqual(await confirm(await app.nextCode(secret)), done)
  await page.context().close()

  const mfa = { MfaConfiguration: 'ON' as const, EmailMfaConfiguration: {} }
  const mail = await mfaScene(server, { mfa, pool: recoveredByPhone })
  await mail.addUser('ann')
  await open(mail)
  assert.deepEqual(await signIn({ username: 'ann', password: rightPassword }), {
    signInStep: 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP',
  })
  assert.equal((await confirm('ann@example.com')).signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  assert.deepEqual(await confirm(await mail.lastCode('ann@example.com')), done)
})

test('a device is remembered, listed, used in the place of a second factor, and forgotten', async () => {
  const scene = await deviceScene(server, { ...alwaysRemembered, DeviceOnlyRememberedOnUserPrompt: true })
  const phone_number = '+12065550152'
  await scene.addUser('ann', { attributes: { phone_number } })
  await scene.prefer('ann', 'SMSMfaSettings')
  await open(scene)
  const withCode = async () => {
    const asked = await signIn({ username: 'ann', password: rightPassword })
    assert.equal(asked.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE')
    assert.deepEqual(await confirm(await scene.lastCode(phone_number)), done)
  }
  await withCode()
  await call('signOut')
  await withCode()
  await call('rememberDevice')
  const devices = await call('fetchDevices')
  assert.equal(devices.length, 1)
  await call('signOut')

  assert.deepEqual(await signIn({ username: 'ann', password: rightPassword }), done, 'the device has proven itself')
  await call('fetchAuthSession', { forceRefresh: true })
  await call('forgetDevice')
  assert.deepEqual(await call('fetchDevices'), [])
  await call('signOut')
  await withCode()
})

test('the functions of a pool ask what they like, with and without a password first', async () => {
  const scene = await signInScene(server, {
    pool: {
      LambdaConfig: {
        DefineAuthChallenge: arnOf('define'),
        CreateAuthChallenge: arnOf('create'),
        VerifyAuthChallengeResponse: arnOf('verify'),
      },
    },
    client: { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  })
  Object.assign(lambda.functions, {
    define(event: Event) {
      const last = event.request.session.at(-1)
      const name = last?.challengeName === 'SRP_A' ? 'PASSWORD_VERIFIER' : 'CUSTOM_CHALLENGE'
      const isRight = last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult
      event.response = { challengeName: name, issueTokens: isRight, failAuthentication: false }
      return event
    },
    create: (event: Event) => ({
      ...event,
      response: { publicChallengeParameters: { riddle: 'one?' }, privateChallengeParameters: { answer: 'two' } },
    }),
    verify(event: Event) {
      event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer
      return event
    },
  })
  await scene.addUser('ann')
  await open(scene)
  for (const authFlowType of ['CUSTOM_WITHOUT_SRP', 'CUSTOM_WITH_SRP'] as const) {
    const password = authFlowType === 'CUSTOM_WITH_SRP' ? rightPassword : undefined
    const asked = await signIn({ username: 'ann', password, options: { authFlowType } })
    assert.equal(asked.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE')
    assert.equal('additionalInfo' in asked && asked.additionalInfo?.riddle, 'one?')
    assert.equal((await confirm('three')).signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE', 'asked once more')
    assert.deepEqual(await confirm('two'), done)
    await call('signOut')
  }
  await assert.rejects(
    signIn({ username: 'ann', password: 'Wrong-Horse-9', options: { authFlowType: 'CUSTOM_WITH_SRP' } }),
    { name: 'NotAuthorizedException' },
  )
})

test('an account is looked after: attributes, password, recovery, and every session at once', async () => {
  const scene = await mfaScene(server, {
    pool: { AutoVerifiedAttributes: ['email'] },
    mfa: { MfaConfiguration: 'OFF' },
  })
  const email = 'ann@example.com'
  await scene.addUser('ann', { attributes: { email, email_verified: 'true' } })
  await open(scene)
  await signIn({ username: 'ann', password: rightPassword })
  const moved = await call('updateUserAttributes', { userAttributes: { email: 'moved@example.com', name: 'Ann' } })
  assert.equal(moved.email!.nextStep.updateAttributeStep, 'CONFIRM_ATTRIBUTE_WITH_CODE')
  assert.equal(moved.name!.isUpdated, true)
  const confirmationCode = await scene.lastCode('moved@example.com')
  await call('confirmUserAttribute', { userAttributeKey: 'email', confirmationCode })
  await call('deleteUserAttributes', { userAttributeKeys: ['name'] })
  const attributes = await call('fetchUserAttributes')
  assert.deepEqual(
    [attributes.email, attributes.email_verified, attributes.name],
    ['moved@example.com', 'true', undefined],
  )
  await call('updatePassword', { oldPassword: rightPassword, newPassword: 'Another-Horse-9' })
  await call('signOut', { global: true })

  const reset = await call('resetPassword', { username: 'ann' })
  assert.equal(reset.nextStep.resetPasswordStep, 'CONFIRM_RESET_PASSWORD_WITH_CODE')
  const code = await scene.lastCode('moved@example.com')
  await call('confirmResetPassword', { username: 'ann', confirmationCode: code, newPassword: 'Third-Horse-9' })
  await assert.rejects(signIn({ username: 'ann', password: 'Another-Horse-9' }), { name: 'NotAuthorizedException' })
  assert.deepEqual(await signIn({ username: 'ann', password: 'Third-Horse-9' }), done)

  await server.cognito.adminResetUserPassword({ UserPoolId: scene.UserPoolId, Username: 'ann' })
  await call('signOut')
  assert.deepEqual(await signIn({ username: 'ann', password: 'Third-Horse-9' }), { signInStep: 'RESET_PASSWORD' })
})
