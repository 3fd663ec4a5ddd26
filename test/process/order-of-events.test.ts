/** What begins a session and what ends it, on two nodes that disagree about the time by more than any network does. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { invalidSession, rightPassword, signInScene } from '../sign-in/scene.ts'
import { testClock } from '../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const issuer = 'https://id.example.com/{poolId}'
const masterKey = Buffer.alloc(32, 7)
let database: TestDatabase
let right: TestServer
let ahead: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
let users = 0

before(async () => {
  database = await createTestDatabase()
  const start = (clock = testClock()) =>
    startTestServer({ issuer }, { connection: database.connection, masterKey, clock, jobs: false })
  right = await start()
  const clock = testClock()
  clock.advance({ seconds: 5 })
  ahead = await start(clock)
  scene = await signInScene(right)
})
after(async () => {
  await right.close()
  await ahead.close()
  await database.drop()
})

async function newUser(): Promise<string> {
  const name = `user-${++users}`
  await scene.addUser(name)
  return name
}

async function signIn({ cognito }: TestServer, USERNAME: string) {
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: rightPassword },
  })
  return { AccessToken: AuthenticationResult!.AccessToken!, RefreshToken: AuthenticationResult!.RefreshToken! }
}

type Tokens = Awaited<ReturnType<typeof signIn>>

async function assertAlive({ AccessToken, RefreshToken }: Tokens) {
  for (const { cognito } of [right, ahead]) {
    await cognito.getUser({ AccessToken })
    await cognito.getTokensFromRefreshToken({ ClientId: scene.ClientId, RefreshToken })
  }
}

async function assertDead({ AccessToken, RefreshToken }: Tokens) {
  for (const { cognito } of [right, ahead]) {
    await assert.rejects(cognito.getUser({ AccessToken }), { message: 'Access Token has been revoked' })
    const refresh = cognito.getTokensFromRefreshToken({ ClientId: scene.ClientId, RefreshToken })
    await assert.rejects(refresh, { message: 'Refresh Token has been revoked' })
  }
}

const nodes = { 'the right node': () => right, 'the node that is ahead': () => ahead }
const endings = {
  GlobalSignOut: (node: TestServer, _: string, { AccessToken }: Tokens) => node.cognito.globalSignOut({ AccessToken }),
  AdminUserGlobalSignOut: ({ cognito }: TestServer, Username: string) =>
    cognito.adminUserGlobalSignOut({ UserPoolId: scene.UserPoolId, Username }),
  'AdminDisableUser and AdminEnableUser': async ({ cognito }: TestServer, Username: string) => {
    await cognito.adminDisableUser({ UserPoolId: scene.UserPoolId, Username })
    await cognito.adminEnableUser({ UserPoolId: scene.UserPoolId, Username })
  },
}

for (const [ending, end] of Object.entries(endings))
  for (const [begins, beginner] of Object.entries(nodes))
    for (const [ends, ender] of Object.entries(nodes))
      test(`${ending} by ${ends} ends what ${begins} began, and nothing that begins later`, async () => {
        const name = await newUser()
        const before = await signIn(beginner(), name)
        await end(ender(), name, before)
        await assertDead(before)
        for (const node of [right, ahead]) await assertAlive(await signIn(node, name))
      })

test('a reset on one node after a sign-out on another revives nothing', async () => {
  const name = await newUser()
  await right.cognito.adminUpdateUserAttributes({
    UserPoolId: scene.UserPoolId,
    Username: name,
    UserAttributes: [
      { Name: 'email', Value: `${name}@example.com` },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  const tokens = await signIn(ahead, name)
  await ahead.cognito.globalSignOut({ AccessToken: tokens.AccessToken })
  await right.cognito.adminResetUserPassword({ UserPoolId: scene.UserPoolId, Username: name })
  await right.cognito.adminDisableUser({ UserPoolId: scene.UserPoolId, Username: name })
  await right.cognito.adminEnableUser({ UserPoolId: scene.UserPoolId, Username: name })
  await assertDead(tokens)
})

test('a sign-out in the middle of a sign-in ends it, whichever node each was at', async () => {
  for (const [first, second] of [
    [right, ahead],
    [ahead, right],
  ] as const) {
    const name = `user-${++users}`
    await scene.addTemporaryUser(name)
    const begin = () =>
      first.cognito.initiateAuth({
        ClientId: scene.ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: name, PASSWORD: rightPassword },
      })
    const answer = (Session: string | undefined) =>
      first.cognito.respondToAuthChallenge({
        ClientId: scene.ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: name, NEW_PASSWORD: 'Another-Horse-9' },
      })
    const interrupted = await begin()
    assert.equal(interrupted.ChallengeName, 'NEW_PASSWORD_REQUIRED')
    await second.cognito.adminUserGlobalSignOut({ UserPoolId: scene.UserPoolId, Username: name })
    await assert.rejects(answer(interrupted.Session), invalidSession)
    const { AuthenticationResult } = await answer((await begin()).Session)
    assert.ok(AuthenticationResult?.AccessToken)
  }
})
