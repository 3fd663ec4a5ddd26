import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { rightPassword, signInScene, wrongCredentials, wrongPassword } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server)
  await scene.addUser('ann', { attributes: { email: 'ann@example.com' } })
})
after(() => server?.close())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

test('the right password ends in tokens', async () => {
  const answer = await scene.byPassword('ann')

  const { AccessToken, IdToken, RefreshToken, ExpiresIn, TokenType } = answer.AuthenticationResult!
  assert.equal(answer.ChallengeName, undefined)
  assert.deepEqual(answer.ChallengeParameters, {})
  assert.ok(IdToken && RefreshToken)
  assert.equal(ExpiresIn, 3600)
  assert.equal(TokenType, 'Bearer')
  assert.equal(claimsOf(AccessToken!).username, 'ann')
})

test('a wrong password is refused', async () => {
  await assert.rejects(scene.byPassword('ann', wrongPassword), wrongCredentials)
})

test('a password is its exact characters', async () => {
  await scene.addUser('exact')
  for (const other of [`${rightPassword} `, rightPassword.toLowerCase(), rightPassword.slice(0, -1)])
    await assert.rejects(scene.byPassword('exact', other), wrongCredentials)
  await scene.byPassword('exact')
})

test('administrators sign users in with either name of their flow', async () => {
  const { UserPoolId, ClientId } = scene
  for (const AuthFlow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const) {
    const call = (PASSWORD: string) =>
      server.cognito.adminInitiateAuth({
        UserPoolId,
        ClientId,
        AuthFlow,
        AuthParameters: { USERNAME: 'ann', PASSWORD },
      })
    assert.ok((await call(rightPassword)).AuthenticationResult?.AccessToken)
    await assert.rejects(call(wrongPassword), wrongCredentials)
  }
})

test('the flows of administrators are not open to clients, nor the plain flow of clients to administrators', async () => {
  const { UserPoolId, ClientId } = scene
  const AuthParameters = { USERNAME: 'ann', PASSWORD: rightPassword }
  const unsupported = { name: 'InvalidParameterException', message: 'Initiate Auth method not supported.' }
  for (const AuthFlow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const)
    await assert.rejects(server.cognito.initiateAuth({ ClientId, AuthFlow, AuthParameters }), unsupported, AuthFlow)
  const asAdmin = { UserPoolId, ClientId, AuthParameters }
  await assert.rejects(server.cognito.adminInitiateAuth({ ...asAdmin, AuthFlow: 'USER_PASSWORD_AUTH' }), unsupported)
})

test('administrators begin the flows that clients begin without a password', async () => {
  const { UserPoolId, ClientId } = scene
  const begin = (AuthFlow: 'USER_SRP_AUTH' | 'USER_AUTH', more: Record<string, string> = {}) =>
    server.cognito.adminInitiateAuth({ UserPoolId, ClientId, AuthFlow, AuthParameters: { USERNAME: 'ann', ...more } })
  assert.equal((await begin('USER_SRP_AUTH', { SRP_A: 'abcdef' })).ChallengeName, 'PASSWORD_VERIFIER')
  assert.equal((await begin('USER_AUTH')).ChallengeName, 'SELECT_CHALLENGE')
})

test('flows that the client does not list are refused, each in its own words', async () => {
  const { ClientId } = await scene.addClient({ ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] })
  const { UserPoolId } = scene
  const AuthParameters = { USERNAME: 'ann', PASSWORD: rightPassword, SRP_A: 'abcdef', REFRESH_TOKEN: 'token' }
  const texts = {
    USER_PASSWORD_AUTH: 'USER_PASSWORD_AUTH flow not enabled for this client',
    USER_SRP_AUTH: 'USER_SRP_AUTH is not enabled for the client.',
    USER_AUTH: 'USER_AUTH flow not enabled for this client',
    REFRESH_TOKEN_AUTH: 'Auth flow not enabled for this client',
  } as const
  for (const [flow, message] of Object.entries(texts))
    await assert.rejects(
      server.cognito.initiateAuth({ ClientId, AuthFlow: flow as keyof typeof texts, AuthParameters }),
      { name: 'InvalidParameterException', message },
      flow,
    )
  await assert.rejects(
    server.cognito.adminInitiateAuth({ UserPoolId, ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters }),
    { name: 'InvalidParameterException', message: 'Auth flow not enabled for this client' },
  )
})

test('a client without a list of flows has SRP and refresh, and no plain passwords', async () => {
  const { ClientId } = await scene.addClient({ ExplicitAuthFlows: undefined })
  await assert.rejects(scene.byPassword('ann', rightPassword, ClientId), { name: 'InvalidParameterException' })
  const { asked } = await scene.startSrp('ann', ClientId)
  assert.equal(asked.ChallengeName, 'PASSWORD_VERIFIER')
})

test('missing parameters are named', async () => {
  const { ClientId } = scene
  const cases = [
    ['USER_PASSWORD_AUTH', {}, 'USERNAME'],
    ['USER_PASSWORD_AUTH', { USERNAME: 'ann' }, 'PASSWORD'],
    ['USER_SRP_AUTH', { SRP_A: 'ab' }, 'USERNAME'],
    ['USER_SRP_AUTH', { USERNAME: 'ann' }, 'SRP_A'],
    ['USER_AUTH', {}, 'USERNAME'],
    ['REFRESH_TOKEN_AUTH', {}, 'REFRESH_TOKEN'],
  ] as const
  for (const [AuthFlow, AuthParameters, missing] of cases)
    await assert.rejects(server.cognito.initiateAuth({ ClientId, AuthFlow, AuthParameters }), {
      name: 'InvalidParameterException',
      message: `Missing required parameter ${missing}`,
    })
})

test('a client that does not exist, or is of another pool, is not found', async () => {
  const other = await signInScene(server)
  await assert.rejects(scene.byPassword('ann', rightPassword, '1234567890abcdefghijklmnop'), {
    name: 'ResourceNotFoundException',
  })
  await assert.rejects(
    server.cognito.adminInitiateAuth({
      UserPoolId: scene.UserPoolId,
      ClientId: other.ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann', PASSWORD: rightPassword },
    }),
    { name: 'ResourceNotFoundException' },
  )
})

test('a user of another pool does not exist here', async () => {
  const other = await signInScene(server)
  await assert.rejects(other.byPassword('ann'), { name: 'UserNotFoundException', message: 'User does not exist.' })
})

test('a verified alias and the sub sign in as well as the username', async () => {
  const aliases = await signInScene(server, { pool: { AliasAttributes: ['email'] } })
  await aliases.addUser('bob', { attributes: { email: 'bob@example.com', email_verified: 'true' } })
  const answer = await aliases.byPassword('bob@example.com')
  const { sub, username } = claimsOf(answer.AuthenticationResult!.AccessToken!)
  assert.equal(username, 'bob')
  assert.ok((await aliases.byPassword(sub)).AuthenticationResult)
})

test('the state of an account is reported with a right or wrong password', async () => {
  const { UserPoolId } = scene
  const { cognito } = server
  await scene.addUser('disabled')
  await cognito.adminDisableUser({ UserPoolId, Username: 'disabled' })
  await scene.addUser('unconfirmed')
  await scene.addUser('reset')
  const setStatus = (username: string, status: 'UNCONFIRMED' | 'RESET_REQUIRED') =>
    server.ctx.db.updateTable('users').set({ status }).where('username', '=', username).execute()
  await setStatus('unconfirmed', 'UNCONFIRMED')
  await setStatus('reset', 'RESET_REQUIRED')

  const refusals = {
    disabled: { name: 'NotAuthorizedException', message: 'User is disabled.' },
    unconfirmed: { name: 'UserNotConfirmedException', message: 'User is not confirmed.' },
    reset: { name: 'PasswordResetRequiredException', message: 'Password reset required for the user' },
  }
  const discreet = await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })
  for (const [username, refusal] of Object.entries(refusals)) {
    await assert.rejects(scene.byPassword(username), refusal)
    await assert.rejects(scene.byPassword(username, wrongPassword), refusal)
    // A client that hides who exists is told with the right password alone.
    await assert.rejects(scene.byPassword(username, rightPassword, discreet.ClientId), refusal)
    await assert.rejects(scene.byPassword(username, wrongPassword, discreet.ClientId), wrongCredentials)
  }
})

test('a user of another identity provider has no password here', async () => {
  await scene.addUser('external')
  await server.ctx.db
    .updateTable('users')
    .set({ status: 'EXTERNAL_PROVIDER' })
    .where('username', '=', 'external')
    .execute()
  await assert.rejects(scene.byPassword('external'), wrongCredentials)
})
