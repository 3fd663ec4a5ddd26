/** How many statements the calls of a sign-in take on a node that knows pool and client, over HTTP. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
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
