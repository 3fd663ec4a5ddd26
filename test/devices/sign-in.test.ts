import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { invalidSession, rightPassword, wrongCredentials } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { alwaysRemembered, deviceScene, noDevice, rememberedOnPrompt } from './scene.ts'

let server: TestServer
let always: Awaited<ReturnType<typeof deviceScene>>
let prompted: Awaited<ReturnType<typeof deviceScene>>

before(async () => {
  server = await startTestServer()
  always = await deviceScene(server, alwaysRemembered)
  prompted = await deviceScene(server, rememberedOnPrompt)
})
after(() => server?.close())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

test('a sign-in without a device returns a new device key to confirm', async () => {
  await always.addUser('new')
  const { AuthenticationResult } = await always.signIn('new')
  const { DeviceKey, DeviceGroupKey } = AuthenticationResult!.NewDeviceMetadata!
  assert.match(DeviceKey!, /^us-east-1_[0-9a-f-]{36}$/)
  assert.match(DeviceGroupKey!, /^-[0-9A-Za-z]{8}$/)
  assert.equal(claimsOf(AuthenticationResult!.AccessToken!).device_key, DeviceKey)
  assert.notEqual((await always.signIn('new')).AuthenticationResult!.NewDeviceMetadata!.DeviceKey, DeviceKey)
})

test('a device that was confirmed after a second factor stands in the place of one', async () => {
  const { kept, UserConfirmationNecessary } = await always.trustedUser('ann')
  assert.equal(UserConfirmationNecessary, false)
  assert.equal((await always.signIn('ann')).ChallengeName, 'EMAIL_OTP', 'without the device')

  const asked = await always.signIn('ann', kept.key)
  assert.equal(asked.ChallengeName, 'DEVICE_SRP_AUTH')
  const proof = await always.startProof('ann', asked.Session, kept)
  assert.equal(proof.asked.ChallengeName, 'DEVICE_PASSWORD_VERIFIER')
  assert.equal(proof.asked.ChallengeParameters!.DEVICE_KEY, kept.key)
  const answer = (responses: Record<string, string>) =>
    always.answer('DEVICE_PASSWORD_VERIFIER', proof.asked.Session, 'ann', responses)
  await assert.rejects(answer(await proof.claim('guess')), wrongCredentials)
  await assert.rejects(answer({ ...(await proof.claim()), DEVICE_KEY: kept.key.replace(/.$/, 'x') }), noDevice)
  const { AuthenticationResult } = await answer(await proof.claim())
  assert.equal(AuthenticationResult!.NewDeviceMetadata, undefined)
  const claims = claimsOf(AuthenticationResult!.AccessToken!)
  assert.equal(claims.device_key, kept.key)
  assert.deepEqual(claims.amr, ['pwd'], 'a device is no factor of its own')
})

test('a device never stands in the place of the password', async () => {
  const { kept } = await always.trustedUser('pass')
  await assert.rejects(
    server.cognito.initiateAuth({
      ClientId: always.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'pass', PASSWORD: 'Wrong-Horse-9', DEVICE_KEY: kept.key },
    }),
    wrongCredentials,
  )
  const { asked } = await always.startSrp('pass')
  await assert.rejects(always.startProof('pass', asked.Session, kept), invalidSession)
})

test('a device from a sign-in without a second factor replaces none', async () => {
  await always.addUser('weak', { attributes: { email: 'weak@example.com' } })
  const { AuthenticationResult } = await always.signIn('weak')
  const { kept } = await always.confirm(AuthenticationResult!)
  await always.prefer('weak', 'EmailMfaSettings')
  const asked = await always.signIn('weak', kept.key)
  assert.equal(asked.ChallengeName, 'EMAIL_OTP')
  const responses = { EMAIL_OTP_CODE: await always.lastCode('weak@example.com') }
  const done = await always.answer('EMAIL_OTP', asked.Session, 'weak', responses)
  assert.equal(claimsOf(done.AuthenticationResult!.AccessToken!).device_key, kept.key)
  assert.equal(done.AuthenticationResult!.NewDeviceMetadata, undefined)
  assert.equal((await always.signIn('weak', kept.key)).ChallengeName, 'EMAIL_OTP', 'still')
})

test('where nothing else is owed a remembered device proves itself all the same', async () => {
  await always.addUser('plain')
  const { AuthenticationResult } = await always.signIn('plain')
  const { kept } = await always.confirm(AuthenticationResult!)
  const asked = await always.signIn('plain', kept.key)
  assert.equal(asked.ChallengeName, 'DEVICE_SRP_AUTH')
  assert.ok((await always.prove('plain', asked.Session, kept)).AuthenticationResult)
})

test('where the user decides, a device counts once they have', async () => {
  const { cognito } = server
  const { kept, UserConfirmationNecessary, AuthenticationResult } = await prompted.trustedUser('opt')
  assert.equal(UserConfirmationNecessary, true)
  assert.equal((await prompted.signIn('opt', kept.key)).ChallengeName, 'EMAIL_OTP')
  const { AccessToken } = AuthenticationResult
  const remember = (DeviceRememberedStatus: 'remembered' | 'not_remembered') =>
    cognito.updateDeviceStatus({ AccessToken, DeviceKey: kept.key, DeviceRememberedStatus })
  await remember('remembered')
  const asked = await prompted.signIn('opt', kept.key)
  assert.equal(asked.ChallengeName, 'DEVICE_SRP_AUTH')

  // Not any more, in the middle of it.
  const proof = await prompted.startProof('opt', asked.Session, kept)
  await remember('not_remembered')
  const next = await prompted.answer('DEVICE_PASSWORD_VERIFIER', proof.asked.Session, 'opt', await proof.claim())
  assert.equal(next.ChallengeName, 'EMAIL_OTP')
  assert.equal(next.AuthenticationResult, undefined)
})

test('pools that ask every device for a second factor do so', async () => {
  const strict = await deviceScene(server, { ...alwaysRemembered, ChallengeRequiredOnNewDevice: false })
  const { kept } = await strict.trustedUser('ann')
  assert.equal((await strict.signIn('ann', kept.key)).ChallengeName, 'EMAIL_OTP')
})

test("an unknown device, or another user's, is refused after the password alone, and the client goes on without", async () => {
  const { kept } = await always.trustedUser('own')
  await always.addUser('other')
  for (const key of [kept.key, 'us-east-1_00000000-0000-0000-0000-000000000000']) {
    await assert.rejects(always.signIn('other', key), noDevice)
    const { asked, responses } = await always.startSrp('other')
    const right = await responses(rightPassword)
    const wrong = await responses('Wrong-Horse-9')
    const answer = (claim: Record<string, string>) => always.answer('PASSWORD_VERIFIER', asked.Session, 'other', claim)
    await assert.rejects(answer({ ...wrong, DEVICE_KEY: key }), wrongCredentials)
    await assert.rejects(answer({ ...right, DEVICE_KEY: key }), noDevice)
    assert.ok((await answer(right)).AuthenticationResult!.NewDeviceMetadata)
  }
})

test('a key that was named with the first step is forgotten when it is none', async () => {
  await always.addUser('stale')
  const { newClient } = await import('../lib/srp-client.ts')
  const { srpResponses } = await import('../sign-in/scene.ts')
  const srp = newClient(always.UserPoolId.split('_')[1]!)
  const asked = await server.cognito.initiateAuth({
    ClientId: always.ClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: {
      USERNAME: 'stale',
      SRP_A: srp.largeAValue.toString(16),
      DEVICE_KEY: 'us-east-1_00000000-0000-0000-0000-000000000000',
    },
  })
  const right = await srpResponses(srp, always.UserPoolId, asked, rightPassword)
  assert.ok((await always.answer('PASSWORD_VERIFIER', asked.Session, 'stale', right)).AuthenticationResult)
})

test('a forgotten device is asked for a second factor, also halfway', async () => {
  const { cognito } = server
  const { kept, AuthenticationResult } = await always.trustedUser('gone')
  const asked = await always.signIn('gone', kept.key)
  const proof = await always.startProof('gone', asked.Session, kept)
  await cognito.forgetDevice({ AccessToken: AuthenticationResult.AccessToken, DeviceKey: kept.key })
  await assert.rejects(
    always.answer('DEVICE_PASSWORD_VERIFIER', proof.asked.Session, 'gone', await proof.claim()),
    noDevice,
  )
  await assert.rejects(always.signIn('gone', kept.key), noDevice)
  assert.equal((await always.signIn('gone')).ChallengeName, 'EMAIL_OTP')
})

test('tokens of a device are renewed by that device alone', async () => {
  const { cognito } = server
  await always.addUser('renew')
  const { RefreshToken, NewDeviceMetadata } = (await always.signIn('renew')).AuthenticationResult!
  const refresh = (parameters: Record<string, string>) =>
    cognito.initiateAuth({
      ClientId: always.ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken!, ...parameters },
    })
  const refusal = { name: 'NotAuthorizedException', message: 'Invalid Refresh Token.' }
  await assert.rejects(refresh({}), refusal)
  await assert.rejects(refresh({ DEVICE_KEY: 'us-east-1_00000000-0000-0000-0000-000000000000' }), refusal)
  const renewed = await refresh({ DEVICE_KEY: NewDeviceMetadata!.DeviceKey! })
  assert.equal(claimsOf(renewed.AuthenticationResult!.AccessToken!).device_key, NewDeviceMetadata!.DeviceKey)
  const given = { RefreshToken, ClientId: always.ClientId }
  await assert.rejects(cognito.getTokensFromRefreshToken(given), refusal)
  assert.ok(await cognito.getTokensFromRefreshToken({ ...given, DeviceKey: NewDeviceMetadata!.DeviceKey }))
})

test('pools that track no devices give none and look at none', async () => {
  const { signInScene } = await import('../sign-in/scene.ts')
  const plain = await signInScene(server)
  await plain.addUser('ann')
  const { AuthenticationResult } = await server.cognito.initiateAuth({
    ClientId: plain.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: rightPassword, DEVICE_KEY: 'us-east-1_whatever' },
  })
  assert.equal(AuthenticationResult!.NewDeviceMetadata, undefined)
  assert.equal(claimsOf(AuthenticationResult!.AccessToken!).device_key, undefined)
  await assert.rejects(server.cognito.listDevices({ AccessToken: AuthenticationResult!.AccessToken }), {
    name: 'InvalidUserPoolConfigurationException',
  })
})
