import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { requireAccessToken } from '../../src/pool/tokens/require-access-token.ts'
import { watchStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { type SignedIn, signedIn, signIn } from './fixture.ts'

let server: TestServer
let elsewhere: TestServer
before(async () => {
  server = await startTestServer({}, { jobs: false })
  const { connection, ctx } = server
  elsewhere = await startTestServer({}, { connection, masterKey: ctx.config.masterKey, jobs: false })
})
after(async () => {
  await elsewhere.close()
  await server.close()
})

const answerTo = (AccessToken: string) =>
  server.cognito.getUser({ AccessToken }).then(
    ({ Username }) => Username,
    (error: Error) => `${error.name}: ${error.message}`,
  )

for (const EnableTokenRevocation of [true, false]) {
  test(`calls that come at the same time get their own user or refusal, ${EnableTokenRevocation ? 'by session' : 'by event'}`, async () => {
    const { cognito, ctx } = server
    const people: SignedIn[] = [await signedIn(ctx, { client: { EnableTokenRevocation } })]
    const poolId = people[0]!.pool.id
    const otherPool = await signedIn(ctx, { client: { EnableTokenRevocation } })
    for (let count = 1; count < 12; count++)
      people.push(await signedIn(ctx, { poolId, client: { EnableTokenRevocation } }))
    const [signedOut, deleted, disabled, clientless] = people as [SignedIn, SignedIn, SignedIn, SignedIn]
    server.clock.advance({ seconds: 1 })
    await cognito.adminUserGlobalSignOut({ UserPoolId: poolId, Username: signedOut.user.username })
    await cognito.adminDeleteUser({ UserPoolId: poolId, Username: deleted.user.username })
    await cognito.adminDisableUser({ UserPoolId: poolId, Username: disabled.user.username })
    await cognito.deleteUserPoolClient({ UserPoolId: poolId, ClientId: clientless.client.id })
    const expected = new Map<SignedIn, string>([
      ...[...people, otherPool].map((who) => [who, who.user.username] as const),
      [signedOut, 'NotAuthorizedException: Access Token has been revoked'],
      [deleted, 'UserNotFoundException: User does not exist.'],
      [disabled, 'NotAuthorizedException: User is disabled.'],
      [clientless, 'NotAuthorizedException: Access Token has been revoked'],
    ])
    // Twice each, so that a user is read for two calls at once.
    const callers = [...expected, ...expected]
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(callers.map(([{ tokens }]) => answerTo(tokens.accessToken)))
      assert.deepEqual(
        answers,
        callers.map(([, answer]) => answer),
      )
    }
  })
}

test('a sign-out at another node holds for every call that is sent after it, while many others read', async () => {
  const who = await signedIn(server.ctx)
  let isOver = false
  const others = Array.from({ length: 12 }, async () => {
    const other = await signedIn(server.ctx, { poolId: who.pool.id })
    while (!isOver) assert.equal(await answerTo(other.tokens.accessToken), other.user.username)
  })
  try {
    for (let round = 0; round < 10; round++) {
      const { accessToken } = await signIn(server.ctx, who)
      assert.equal(await answerTo(accessToken), who.user.username)
      server.clock.advance({ seconds: 1 })
      const UserPoolId = who.pool.id
      await elsewhere.cognito.adminUserGlobalSignOut({ UserPoolId, Username: who.user.username })
      const answers = await Promise.all([answerTo(accessToken), answerTo(accessToken)])
      assert.deepEqual([...new Set(answers)], ['NotAuthorizedException: Access Token has been revoked'])
      server.clock.advance({ seconds: 1 })
    }
  } finally {
    isOver = true
    await Promise.all(others)
  }
})

test('tokens that are used at the same time share a statement, and one alone waits for nobody', async () => {
  const { ctx } = server
  const who = await signedIn(ctx)
  const others = await Promise.all(Array.from({ length: 15 }, () => signedIn(ctx, { poolId: who.pool.id })))
  const use = ({ tokens }: SignedIn) => requireAccessToken(ctx, tokens.accessToken)
  await Promise.all([who, ...others].map(use))
  const statements = watchStatements(server)
  await use(who)
  assert.equal(statements.take(), 1)
  const found = await Promise.all([who, ...others].map(use))
  assert.equal(statements.take(), 1)
  assert.deepEqual(
    found.map(({ user }) => user.username),
    [who, ...others].map(({ user }) => user.username),
  )
})
