import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import type { CognitoUserSession, CognitoUser as User } from 'amazon-cognito-identity-js'
import { rightPassword } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { alwaysRemembered, deviceScene, rememberedOnPrompt } from './scene.ts'

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = createRequire(import.meta.url)(
  'amazon-cognito-identity-js',
) as typeof import('amazon-cognito-identity-js')

let server: TestServer

before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

/** Where a browser would keep what it knows. */
function memory() {
  const values = new Map<string, string>()
  return {
    setItem: (key: string, value: string) => values.set(key, value),
    getItem: (key: string) => values.get(key) ?? null,
    removeItem: (key: string) => values.delete(key),
    clear: () => values.clear(),
  } as unknown as Storage
}

type Outcome = { session?: CognitoUserSession; necessary?: boolean; asked?: string; user: User }

function client(scene: { UserPoolId: string; ClientId: string }) {
  const Storage = memory()
  const Pool = new CognitoUserPool({ ...scene, endpoint: server.url, Storage })

  return {
    signIn(Username: string): Promise<Outcome> {
      const user = new CognitoUser({ Username, Pool, Storage })
      const details = new AuthenticationDetails({ Username, Password: rightPassword })
      return new Promise((resolve, onFailure) =>
        user.authenticateUser(details, {
          onSuccess: (session, necessary) => resolve({ session, necessary, user }),
          onFailure,
          mfaRequired: (asked) => resolve({ asked, user }),
          totpRequired: (asked) => resolve({ asked, user }),
          selectMFAType: (asked) => resolve({ asked, user }),
          mfaSetup: (asked) => resolve({ asked, user }),
        }),
      )
    },

    sendCode: ({ user }: Outcome, code: string, type: string): Promise<Outcome> =>
      new Promise((resolve, onFailure) =>
        user.sendMFACode(
          code,
          { onSuccess: (session, necessary) => resolve({ session, necessary, user }), onFailure },
          type,
        ),
      ),

    refresh: ({ user, session }: Outcome): Promise<CognitoUserSession> =>
      new Promise((resolve, reject) =>
        user.refreshSession(session!.getRefreshToken(), (error, renewed) => (error ? reject(error) : resolve(renewed))),
      ),

    remember: ({ user }: Outcome): Promise<string> =>
      new Promise((onSuccess, onFailure) => user.setDeviceStatusRemembered({ onSuccess, onFailure })),

    forget: ({ user }: Outcome): Promise<string> =>
      new Promise((onSuccess, onFailure) => user.forgetDevice({ onSuccess, onFailure })),
  }
}

test('amazon-cognito-identity-js: a second factor once, and never again on this device', async () => {
  const scene = await deviceScene(server, alwaysRemembered)
  await scene.addUser('ann', { attributes: { phone_number: '+12065550120' } })
  await scene.prefer('ann', 'SMSMfaSettings')
  const browser = client(scene)
  const first = await browser.signIn('ann')
  assert.equal(first.asked, 'SMS_MFA')
  const done = await browser.sendCode(first, await scene.lastCode('+12065550120'), 'SMS_MFA')
  assert.ok(done.session!.isValid())

  const second = await browser.signIn('ann')
  assert.ok(second.session!.isValid(), 'the device has proven itself')
  assert.ok((await browser.refresh(second)).isValid())
  assert.equal((await client(scene).signIn('ann')).asked, 'SMS_MFA', 'another browser')

  // The client is told that its device is gone, and goes on without it.
  await browser.forget(second)
  assert.equal((await browser.signIn('ann')).asked, 'SMS_MFA')
})

test('amazon-cognito-identity-js: a device of which the server has lost sight', async () => {
  const scene = await deviceScene(server, alwaysRemembered)
  await scene.addUser('ann')
  const browser = client(scene)
  assert.ok((await browser.signIn('ann')).session)
  const { Devices } = await server.cognito.adminListDevices({ UserPoolId: scene.UserPoolId, Username: 'ann' })
  await server.cognito.adminForgetDevice({
    UserPoolId: scene.UserPoolId,
    Username: 'ann',
    DeviceKey: Devices![0]!.DeviceKey,
  })
  assert.ok((await browser.signIn('ann')).session!.isValid())
  assert.ok((await browser.signIn('ann')).session!.isValid(), 'with the device that was confirmed anew')
})

test('amazon-cognito-identity-js: the user is asked whether to remember the device', async () => {
  const scene = await deviceScene(server, rememberedOnPrompt)
  await scene.addUser('ann', { attributes: { phone_number: '+12065550121' } })
  await scene.prefer('ann', 'SMSMfaSettings')
  const browser = client(scene)
  const signIn = async () => {
    const asked = await browser.signIn('ann')
    if (asked.asked !== 'SMS_MFA') return asked
    return browser.sendCode(asked, await scene.lastCode('+12065550121'), 'SMS_MFA')
  }
  const first = await signIn()
  assert.equal(first.necessary, true)
  assert.equal((await browser.signIn('ann')).asked, 'SMS_MFA', 'not remembered yet')
  await scene.lastCode('+12065550121')
  await browser.remember(first)
  assert.ok((await browser.signIn('ann')).session!.isValid())
})

test('amazon-cognito-identity-js: an authenticator app, set up on the way in', async () => {
  const scene = await deviceScene(server, alwaysRemembered, {
    mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
  })
  await scene.addUser('ann')
  const browser = client(scene)
  const { asked, user } = await browser.signIn('ann')
  assert.equal(asked, 'MFA_SETUP')
  const secret = await new Promise<string>((associateSecretCode, onFailure) =>
    user.associateSoftwareToken({ associateSecretCode, onFailure }),
  )
  const code = await scene.codeOf(secret)
  const session = await new Promise<CognitoUserSession>((onSuccess, onFailure) =>
    user.verifySoftwareToken(code, 'phone', { onSuccess, onFailure }),
  )
  assert.ok(session.isValid())
  const again = await browser.signIn('ann')
  assert.equal(again.asked, 'SOFTWARE_TOKEN_MFA')
  const done = await browser.sendCode(again, await scene.nextCode(secret), 'SOFTWARE_TOKEN_MFA')
  assert.ok(done.session!.isValid())
  assert.ok((await browser.signIn('ann')).session!.isValid(), 'the device has proven itself')
})
