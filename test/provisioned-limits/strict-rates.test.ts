import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Context } from '../../src/context.ts'
import { limitsWith } from '../../src/model/limits.ts'
import { createCallGate } from '../../src/pool/provisioned-limits/call-gate.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const password = 'Correct-horse-battery-1'

/** Lower than the published rates, so that few calls reach them. */
const rate = 4
const rush = 30

let strict: TestServer
let lenient: TestServer
before(async () => {
  const limits = { userReadsPerSecond: rate, userWritesPerSecond: rate, poolCallsPerSecond: rate }
  ;[strict, lenient] = await Promise.all([startTestServer({ strict: true, limits }), startTestServer({ limits })])
})
after(() => Promise.all([strict.close(), lenient.close()]))
// Each test begins with full buckets, and they don't fill up meanwhile, however slow the machine is.
beforeEach(() => {
  strict.clock.advance({ seconds: 1 })
  strict.clock.hold()
})

async function scene({ cognito }: TestServer) {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'p' })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  const ClientId = UserPoolClient!.ClientId!
  const addUser = async (Username: string) => {
    await cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
    await cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  }
  const signIn = (USERNAME: string, PASSWORD = password) =>
    cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } })
  return { cognito, UserPoolId, ClientId, addUser, signIn }
}

/** How many of so many calls at once were refused for their rate. */
async function refusedOf(count: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const answers = await Promise.allSettled(Array.from({ length: count }, (_, n) => call(n)))
  return answers.filter((answer) => answer.status === 'rejected' && answer.reason.name === 'TooManyRequestsException')
    .length
}

test('a user is read and written so often a second where the installation is strict, and only there', async () => {
  for (const server of [strict, lenient]) {
    const { cognito, UserPoolId, addUser } = await scene(server)
    await addUser('ann')
    await addUser('bob')
    const read = (Username: string) => () => cognito.adminGetUser({ UserPoolId, Username })
    const write = (n: number) =>
      cognito.adminUpdateUserAttributes({
        UserPoolId,
        Username: 'ann',
        UserAttributes: [{ Name: 'name', Value: `${n}` }],
      })
    const [reads, writes] = [await refusedOf(rush, read('ann')), await refusedOf(20, write)]
    assert.deepEqual([reads > 0, writes > 0], server === strict ? [true, true] : [false, false])
    assert.equal(await refusedOf(2, read('bob')), 0, 'another user is not held up')
  }
})

test('tokens of a user count for the user, and those that nobody signed for nobody', async () => {
  const { cognito, addUser, signIn } = await scene(strict)
  await addUser('ann')
  const tokens = await Promise.all([1, 2].map(async () => (await signIn('ann')).AuthenticationResult!.AccessToken!))
  const forged = tokens[0]!.replace(/\.[^.]+$/, '.AAAA')
  assert.equal(await refusedOf(rush, () => cognito.getUser({ AccessToken: forged })), 0)
  assert.equal(await refusedOf(2, () => cognito.getUser({ AccessToken: tokens[0] })), 0)
  assert.ok((await refusedOf(rush, (n) => cognito.getUser({ AccessToken: tokens[n % 2] }))) > 0)
})

test('guesses at one name have the rate of a user, whether anybody has it', async () => {
  const { signIn } = await scene(strict)
  assert.ok((await refusedOf(rush, () => signIn('nobody', 'wrong'))) > 0)
})

test('an operation on resources has a rate for one pool, and the same for the next', async () => {
  const [first, second] = [await scene(strict), await scene(strict)]
  const { cognito } = strict
  const list = (UserPoolId: string) => () => cognito.listUserPoolClients({ UserPoolId })
  assert.ok((await refusedOf(12, list(first.UserPoolId))) > 0)
  assert.equal(await refusedOf(1, list(second.UserPoolId)), 0)
  assert.ok((await refusedOf(12, () => cognito.listGroups({ UserPoolId: first.UserPoolId }))) > 0)
  const { UserPoolId } = await scene(lenient)
  assert.equal(await refusedOf(rush, () => lenient.cognito.listGroups({ UserPoolId })), 0)
})

test('the published rates of a user, a pool and of limits themselves', () => {
  let now = 0
  const counted: (string | undefined)[] = []
  const ctx = {
    config: { strict: true },
    limits: limitsWith(),
    admit: (category: string) => counted.push(category),
  } as unknown as Context
  const gate = createCallGate(ctx, () => now)
  const admitted = (call: () => unknown) => {
    let count = 0
    for (let time = 0; time < 30; time++) {
      try {
        call()
        count++
      } catch {}
    }
    return count
  }
  const pool = { UserPoolId: 'us-east-1_aaaaaaaaa' }
  const ann = { ...pool, Username: 'ann' }
  assert.equal(
    admitted(() => gate('AdminGetUser', ann)),
    10,
  )
  assert.equal(
    admitted(() => gate('AdminUpdateUserAttributes', ann)),
    10,
  )
  assert.equal(
    admitted(() => gate('AdminDisableUser', ann)),
    0,
  )
  assert.equal(
    admitted(() => gate('AdminGetUser', { ...pool, Username: 'bob' })),
    10,
  )
  assert.equal(
    admitted(() => gate('ListGroups', pool)),
    5,
  )
  assert.equal(
    admitted(() => gate('ListUserPoolClients', pool)),
    5,
  )
  assert.equal(
    admitted(() => gate('ListUsers', pool)),
    30,
  )
  const countUser = gate('GetUser', {})!
  assert.equal(
    admitted(() => countUser('sub')),
    10,
  )
  now += 500
  assert.equal(
    admitted(() => gate('AdminGetUser', ann)),
    5,
  )
  assert.equal(limitsWith().LimitManagement, 1)

  counted.length = 0
  gate('RespondToAuthChallenge', { ChallengeName: 'NEW_PASSWORD_REQUIRED' })
  gate('RespondToAuthChallenge', { ChallengeName: 'SMS_MFA' })
  gate('UpdateProvisionedLimit', {})
  assert.deepEqual(counted, ['UserAccountRecovery', 'UserAuthentication', 'LimitManagement'])
})

test('limits are asked for and set once a second where the installation is strict, and only there', async () => {
  const LimitDefinition = { LimitClass: 'API_CATEGORY' as const, Attributes: { Category: 'UserRead' } }
  for (const server of [strict, lenient]) {
    const refused = await refusedOf(rush, () => server.cognito.getProvisionedLimit({ LimitDefinition }))
    assert.equal(refused > 0, server === strict)
  }
})
