import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SetUserPoolMfaConfigRequest } from '@aws-sdk/client-cognito-identity-provider'
import { generate } from 'otplib'
import { wrongCredentials } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Authenticator } from './authenticator.ts'
import { origin, passkeyScene } from './scene.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

const passwords = ['PASSWORD_SRP', 'PASSWORD']

const config = (
  MfaConfiguration: 'ON' | 'OPTIONAL',
  FactorConfiguration: 'SINGLE_FACTOR' | 'MULTI_FACTOR_WITH_USER_VERIFICATION',
): Partial<SetUserPoolMfaConfigRequest> => ({
  MfaConfiguration,
  SoftwareTokenMfaConfiguration: { Enabled: true },
  WebAuthnConfiguration: { RelyingPartyId: 'example.com', FactorConfiguration },
})

async function preferApp(AccessToken: string): Promise<void> {
  const { SecretCode } = await server.cognito.associateSoftwareToken({ AccessToken })
  const epoch = Math.floor(server.clock.now().getTime() / 1000)
  const UserCode = await generate({ secret: SecretCode!, epoch })
  await server.cognito.verifySoftwareToken({ AccessToken, UserCode })
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true }
  await server.cognito.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings })
}

test('a passkey that counts for one is not offered to users who have a second factor', async () => {
  const scene = await passkeyScene(server, { mfa: config('OPTIONAL', 'SINGLE_FACTOR') })
  const { authenticator, AccessToken } = await scene.addOwner('ann')
  const open = await scene.challenge('ann')
  await preferApp(AccessToken)
  assert.deepEqual((await scene.begin('ann', 'WEB_AUTHN')).AvailableChallenges, passwords)
  await assert.rejects(scene.answer('ann', open.Session, authenticator.get(open.options)), {
    name: 'NotAuthorizedException',
  })
  assert.equal((await scene.byPassword('ann')).ChallengeName, 'SOFTWARE_TOKEN_MFA')
})

test('one that counts for two is, once its user has said so, and must verify them', async () => {
  const scene = await passkeyScene(server, { mfa: config('OPTIONAL', 'MULTI_FACTOR_WITH_USER_VERIFICATION') })
  const { authenticator, AccessToken } = await scene.addOwner('bob')
  const before = await scene.challenge('bob')
  assert.equal(before.options.userVerification, 'preferred')
  const unverified = authenticator.get(before.options, { uv: false })
  assert.ok((await scene.answer('bob', before.Session, unverified)).AuthenticationResult)

  await preferApp(AccessToken)
  assert.deepEqual((await scene.begin('bob', 'WEB_AUTHN')).AvailableChallenges, passwords)
  await server.cognito.setUserMFAPreference({ AccessToken, WebAuthnMfaSettings: { Enabled: true } })

  const { options, Session } = await scene.challenge('bob')
  assert.equal(options.userVerification, 'required')
  await assert.rejects(scene.answer('bob', Session, authenticator.get(options, { uv: false })), wrongCredentials)
  assert.ok((await scene.answer('bob', Session, authenticator.get(options))).AuthenticationResult)
  // Before a password it is no factor at all.
  assert.equal((await scene.byPassword('bob')).ChallengeName, 'SOFTWARE_TOKEN_MFA')
})

test('where two factors are required, a passkey of a verified user is enough', async () => {
  const scene = await passkeyScene(server)
  const { authenticator, AccessToken } = await scene.addOwner('carl')
  await assert.rejects(scene.configure(config('ON', 'SINGLE_FACTOR')), { name: 'InvalidParameterException' })
  await scene.configure(config('ON', 'MULTI_FACTOR_WITH_USER_VERIFICATION'))

  const { options, Session } = await scene.challenge('carl')
  assert.equal(options.userVerification, 'required')
  await assert.rejects(scene.answer('carl', Session, authenticator.get(options, { uv: false })), wrongCredentials)
  const { AuthenticationResult } = await scene.answer('carl', Session, authenticator.get(options))
  assert.ok(AuthenticationResult)
  assert.equal((await scene.byPassword('carl')).ChallengeName, 'MFA_SETUP')

  assert.equal((await scene.start(AccessToken)).authenticatorSelection.userVerification, 'required')
  await assert.rejects(scene.register(AccessToken, new Authenticator(origin), { uv: false }), {
    name: 'WebAuthnCredentialNotSupportedException',
  })
  await scene.register(AccessToken)
})

test('a pool that requires user verification refuses an assertion without it', async () => {
  const scene = await passkeyScene(server, {
    mfa: { WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' } },
  })
  const { authenticator } = await scene.addOwner('dora')
  const { options, Session } = await scene.challenge('dora')
  assert.equal(options.userVerification, 'required')
  await assert.rejects(scene.answer('dora', Session, authenticator.get(options, { uv: false })), wrongCredentials)
  assert.ok((await scene.answer('dora', Session, authenticator.get(options))).AuthenticationResult)
})
