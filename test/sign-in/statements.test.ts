/** How many statements the calls of a sign-in take on a node that knows pool and client, over HTTP. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { watchStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { rightPassword, signInScene, wrongCredentials, wrongPassword } from './scene.ts'

let server: TestServer
let statements: ReturnType<typeof watchStatements>

before(async () => {
  server = await startTestServer({}, { jobs: false })
  statements = watchStatements(server)
})
after(() => server?.close())

async function counted(run: () => Promise<unknown>): Promise<number> {
  statements.take()
  await run()
  return statements.take()
}

for (const [kind, client] of [
  ['a public client', {}],
  ['a client with a secret', { GenerateSecret: true }],
] as const)
  test(`calls of ${kind}`, async () => {
    const { cognito } = server
    const scene = await signInScene(server, { client })
    const { UserPoolId, ClientId } = scene
    await scene.addUser('ann')
    const hash = scene.secret ? { SECRET_HASH: scene.hashFor('ann') } : undefined
    const parameters = { USERNAME: 'ann', PASSWORD: rightPassword, ...hash }
    const AuthFlow = 'USER_PASSWORD_AUTH' as const
    const byApp = () => cognito.initiateAuth({ ClientId, AuthFlow, AuthParameters: parameters })
    const byAdmin = (more = {}) =>
      cognito.adminInitiateAuth({
        UserPoolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { ...parameters, ...more },
      })
    const { AuthenticationResult } = await byApp()
    const REFRESH_TOKEN = AuthenticationResult!.RefreshToken!
    const refresh = () =>
      cognito.initiateAuth({
        ClientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN, ...hash },
      })
    await refresh()

    // The user, whose guess is counted with them; then tokens, which forget the count.
    assert.equal(await counted(byApp), 2, 'InitiateAuth')
    assert.equal(await counted(byAdmin), 2, 'AdminInitiateAuth')
    assert.equal(await counted(() => assert.rejects(byAdmin({ PASSWORD: wrongPassword }), wrongCredentials)), 1)
    assert.equal(await counted(refresh), 1, 'REFRESH_TOKEN_AUTH')

    const AuthParameters = { USERNAME: 'ann', PREFERRED_CHALLENGE: 'PASSWORD', ...hash }
    const { Session } = await cognito.initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters })
    const ChallengeResponses = { ...parameters }
    const answer = { UserPoolId, ClientId, ChallengeName: 'PASSWORD' as const, Session, ChallengeResponses }
    // The answer with its user and the guess, the count forgotten, the session ended, and tokens.
    assert.equal(await counted(() => cognito.adminRespondToAuthChallenge(answer)), 4, 'AdminRespondToAuthChallenge')
  })

test('SRP', async () => {
  const scene = await signInScene(server)
  const { ClientId } = scene
  await scene.addUser('ann')
  await scene.byPassword('ann')
  const begin = () => scene.startSrp('ann')
  const { asked, responses } = await begin()
  const ChallengeResponses = await responses(rightPassword)
  const answer = { ClientId, ChallengeName: 'PASSWORD_VERIFIER' as const, Session: asked.Session, ChallengeResponses }
  // The user; then the answer with its user and the guess, and tokens, which end the exchange and forget the count.
  assert.equal(await counted(begin), 1, 'InitiateAuth')
  assert.equal(await counted(() => server.cognito.respondToAuthChallenge(answer)), 2, 'RespondToAuthChallenge')
})

test('ChangePassword reads nothing before its token', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  const { AuthenticationResult } = await scene.byPassword('ann')
  const AccessToken = AuthenticationResult!.AccessToken!
  const change = { AccessToken, PreviousPassword: rightPassword }
  const refused = () =>
    assert.rejects(server.cognito.changePassword({ ...change, ProposedPassword: 'short' }), {
      name: 'InvalidPasswordException',
    })
  assert.equal(await counted(refused), 1)
})

test('calls that name a user read pool and client in the statement that finds the user', async () => {
  const { cognito } = server
  const scene = await signInScene(server, {
    pool: { AutoVerifiedAttributes: ['email'] },
    client: { PreventUserExistenceErrors: 'ENABLED' },
  })
  const { ClientId } = scene
  await scene.addUser('ann')
  const UserAttributes = [{ Name: 'email', Value: 'ben@example.com' }]
  await cognito.signUp({ ClientId, Username: 'ben', Password: rightPassword, UserAttributes })
  const { AuthenticationResult } = await scene.byPassword('ann')
  const Token = AuthenticationResult!.RefreshToken!

  const wrongCode = { name: 'CodeMismatchException' }
  const confirm = () => cognito.confirmSignUp({ ClientId, Username: 'ben', ConfirmationCode: 'wrong1' })
  // The user, the quota, and in a transaction: the user's lock, the code, the message.
  assert.equal(await counted(() => cognito.resendConfirmationCode({ ClientId, Username: 'ben' })), 5)
  assert.equal(await counted(() => cognito.forgotPassword({ ClientId, Username: 'ann' })), 5)
  // The user, the quota, and the guess at the code.
  assert.equal(await counted(() => assert.rejects(confirm(), wrongCode)), 3)
  assert.equal(await counted(() => cognito.revokeToken({ ClientId, Token })), 1)
})

test('what has changed since a node last saw a client counts for calls that name a user', async () => {
  const { cognito } = server
  const scene = await signInScene(server)
  const { UserPoolId, ClientId } = scene
  await scene.addUser('ann')
  const { AuthenticationResult } = await scene.byPassword('ann')
  const Token = AuthenticationResult!.RefreshToken!
  const refresh = () => cognito.getTokensFromRefreshToken({ ClientId, RefreshToken: Token })
  const forgetNobody = () => cognito.forgotPassword({ ClientId, Username: 'nobody' })

  await assert.rejects(forgetNobody(), { name: 'UserNotFoundException' })
  // As another node does it: this one still remembers what was.
  const change = (settings: object) => {
    const changed = sql`settings || ${settings}::jsonb`
    const update = sql`update clients set settings = ${changed}, revision = revision + 1 where pool_id = ${UserPoolId}`
    return update.execute(server.ctx.db)
  }
  await change({ PreventUserExistenceErrors: 'ENABLED', EnableTokenRevocation: false })
  await assert.rejects(cognito.revokeToken({ ClientId, Token }), { name: 'UnsupportedOperationException' })
  await refresh()
  await change({ EnableTokenRevocation: true })
  await forgetNobody()
  await cognito.revokeToken({ ClientId, Token })
  await assert.rejects(refresh(), { name: 'NotAuthorizedException' })

  await cognito.deleteUserPoolClient({ UserPoolId, ClientId })
  await assert.rejects(forgetNobody(), { name: 'ResourceNotFoundException' })
  await assert.rejects(cognito.revokeToken({ ClientId, Token }), { name: 'UnauthorizedException' })
})
