import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { rightPassword, signInScene } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
let missing: { name: string; message: string }
let mismatch: { name: string; message: string }

before(async () => {
  server = await startTestServer()
  scene = await signInScene(server, { pool: { AliasAttributes: ['email'] }, client: { GenerateSecret: true } })
  await scene.addUser('ann', { attributes: { email: 'ann@example.com', email_verified: 'true' } })
  missing = {
    name: 'NotAuthorizedException',
    message: `Client ${scene.ClientId} is configured with secret but SECRET_HASH was not received`,
  }
  mismatch = {
    name: 'NotAuthorizedException',
    message: `SecretHash does not match for the client: ${scene.ClientId}`,
  }
})
after(() => server?.close())

const signIn = (USERNAME: string, secretHash?: string) =>
  server.cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: rightPassword, ...(secretHash && { SECRET_HASH: secretHash }) },
  })

test('a client with a secret shows that it has it, over the name that it sends', async () => {
  assert.ok((await signIn('ann', scene.hashFor('ann'))).AuthenticationResult)
  assert.ok((await signIn('ann@example.com', scene.hashFor('ann@example.com'))).AuthenticationResult)
  await assert.rejects(signIn('ann'), missing)
  await assert.rejects(signIn('ann', scene.hashFor('bob')), mismatch)
  await assert.rejects(signIn('ann@example.com', scene.hashFor('ann')), mismatch)
})

test('who the user is, is not looked at before', async () => {
  await assert.rejects(signIn('nobody', scene.hashFor('ann')), mismatch)
})

test('either of two secrets will do', async () => {
  const { UserPoolId, ClientId } = scene
  await server.cognito.addUserPoolClientSecret({ UserPoolId, ClientId })
  assert.ok((await signIn('ann', scene.hashFor('ann'))).AuthenticationResult)
})

test('each answer needs a hash of the user name in it', async () => {
  const { ClientId } = scene
  await scene.addTemporaryUser('eve')
  const { Session } = await signIn('eve', scene.hashFor('eve'))
  const answer = (responses: Record<string, string>) =>
    server.cognito.respondToAuthChallenge({
      ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: { USERNAME: 'eve', NEW_PASSWORD: 'Brand-New-Horse-7', ...responses },
    })
  await assert.rejects(answer({}), missing)
  await assert.rejects(answer({ SECRET_HASH: scene.hashFor('ann') }), mismatch)
  assert.ok((await answer({ SECRET_HASH: scene.hashFor('eve') })).AuthenticationResult)
})

test('a refresh is hashed over the real name of the token’s owner', async () => {
  const { ClientId } = scene
  const email = 'ann@example.com'
  const { AuthenticationResult } = await signIn(email, scene.hashFor(email))
  const refresh = (parameters: Record<string, string>) =>
    server.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: AuthenticationResult!.RefreshToken!, ...parameters },
    })
  await assert.rejects(refresh({}), missing)
  await assert.rejects(refresh({ SECRET_HASH: scene.hashFor(email) }), mismatch)
  assert.ok((await refresh({ SECRET_HASH: scene.hashFor('ann') })).AuthenticationResult?.AccessToken)
})
