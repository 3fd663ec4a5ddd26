import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signInScene } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
  await scene.addUser('ann')
})
after(() => server?.close())

const refresh = (REFRESH_TOKEN: string, ClientId = scene.ClientId) =>
  server.cognito.initiateAuth({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } })

const signIn = async () => (await scene.byPassword('ann')).AuthenticationResult!

test('a refresh token gives new tokens, under either name of the flow and to either surface', async () => {
  const { UserPoolId, ClientId } = scene
  const { RefreshToken, AccessToken } = await signIn()
  for (const AuthFlow of ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'] as const) {
    const AuthParameters = { REFRESH_TOKEN: RefreshToken! }
    const answers = [
      await server.cognito.initiateAuth({ ClientId, AuthFlow, AuthParameters }),
      await server.cognito.adminInitiateAuth({ UserPoolId, ClientId, AuthFlow, AuthParameters }),
    ]
    for (const { AuthenticationResult } of answers) {
      assert.ok(AuthenticationResult?.IdToken)
      assert.notEqual(AuthenticationResult.AccessToken, AccessToken)
      assert.equal(AuthenticationResult.RefreshToken, undefined)
    }
  }
})

test('what is no refresh token of this client is refused', async () => {
  const { RefreshToken, AccessToken } = await signIn()
  const other = await scene.addClient()
  const refusal = { name: 'NotAuthorizedException', message: 'Invalid Refresh Token.' }
  await assert.rejects(refresh(RefreshToken!, other.ClientId), refusal)
  await assert.rejects(refresh(AccessToken!), refusal)
  await assert.rejects(refresh('garbage'), refusal)
})

test('signing out everywhere ends it', async () => {
  const { RefreshToken } = await signIn()
  await server.cognito.adminUserGlobalSignOut({ UserPoolId: scene.UserPoolId, Username: 'ann' })
  await assert.rejects(refresh(RefreshToken!), {
    name: 'NotAuthorizedException',
    message: 'Refresh Token has been revoked',
  })
})

test('a client whose tokens rotate has another operation for it', async () => {
  const { ClientId } = await scene.addClient({
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
  })
  const { AuthenticationResult } = await scene.byPassword('ann', undefined, ClientId)
  await assert.rejects(refresh(AuthenticationResult!.RefreshToken!, ClientId), { name: 'InvalidParameterException' })
})
