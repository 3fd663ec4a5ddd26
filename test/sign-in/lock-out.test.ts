import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { invalidSession, lockedOut, rightPassword, signInScene, wrongCredentials, wrongPassword } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>
let discreet: string

// The clock of these tests stands still but for what they move it by.
const clock = {
  time: Date.now(),
  now: () => new Date(clock.time),
  advance: ({ seconds = 0, minutes = 0 }: { seconds?: number; minutes?: number }) => {
    clock.time += (minutes * 60 + seconds) * 1000
  },
  hold: () => {},
}

before(async () => {
  server = await startTestServer({}, { clock, jobs: false })
  scene = await signInScene(server)
  discreet = (await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })).ClientId
  for (const name of ['table', 'reset', 'quiet', 'crowd', 'friends', 'stale', 'srp', 'proof', 'mixed'])
    await scene.addUser(name)
})
after(() => server?.close())

async function fail(username: string, times: number, client?: string) {
  for (let guess = 0; guess < times; guess++)
    await assert.rejects(scene.byPassword(username, wrongPassword, client), wrongCredentials)
}

for (const [who, username] of [
  ['a user', 'table'],
  ['a name that no user has', 'nobody'],
] as const)
  test(`failures lock ${who} by the published scheme`, async () => {
    await fail(username, 5, discreet)
    // After the n-th failure 2^(n-5) seconds, a quarter of an hour at most.
    for (const lock of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      await assert.rejects(scene.byPassword(username, wrongPassword, discreet), lockedOut, `locked for ${lock}`)
      await assert.rejects(scene.byPassword(username, rightPassword, discreet), lockedOut)
      clock.advance({ seconds: lock - 0.001 })
      await assert.rejects(scene.byPassword(username, wrongPassword, discreet), lockedOut, `still, of ${lock}`)
      clock.advance({ seconds: 0.001 })
      await fail(username, 1, discreet)
    }
  })

test('success after the lock starts anew', async () => {
  await fail('reset', 5)
  clock.advance({ seconds: 1 })
  await fail('reset', 1)
  clock.advance({ seconds: 2 })
  await scene.byPassword('reset')
  await fail('reset', 5)
  await assert.rejects(scene.byPassword('reset'), lockedOut)
})

test('fifteen quiet minutes after a lock start anew, fourteen do not', async () => {
  await fail('quiet', 5)
  clock.advance({ seconds: 1 })
  await fail('quiet', 1)
  clock.advance({ seconds: 2, minutes: 14 })
  await fail('quiet', 1)
  await assert.rejects(scene.byPassword('quiet'), lockedOut)
  clock.advance({ seconds: 4, minutes: 15 })
  await fail('quiet', 5)
  await assert.rejects(scene.byPassword('quiet'), lockedOut)
  clock.advance({ seconds: 1 })
  await scene.byPassword('quiet')
})

test('of a hundred guesses at once no more than five are judged', async () => {
  const guesses = Array.from({ length: 100 }, (_, index) => (index === 60 ? rightPassword : `${wrongPassword}${index}`))
  const answers = await Promise.allSettled(guesses.map((guess) => scene.byPassword('crowd', guess)))
  const texts = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.message : 'signed in'))
  assert.equal(texts.filter((text) => text === wrongCredentials.message).length, 5)
  assert.equal(texts.filter((text) => text === lockedOut.message).length, 95)
})

test('right passwords that arrive at once do not lock each other out', async () => {
  await Promise.all(Array.from({ length: 30 }, () => scene.byPassword('friends')))
  const { UserPoolId } = scene
  const user = await server.cognito.adminGetUser({ UserPoolId, Username: 'friends' })
  const sub = user.UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
  const left = await server.ctx.db.selectFrom('attempts').select('failures').where('subject', '=', sub).execute()
  assert.deepEqual(left, [])
})

test('a guess counts once where the client has changed on another node since', async () => {
  await fail('stale', 1)
  const { db } = server.ctx
  await db
    .updateTable('clients')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', scene.ClientId)
    .execute()
  await fail('stale', 1)
  const { UserAttributes } = await server.cognito.adminGetUser({ UserPoolId: scene.UserPoolId, Username: 'stale' })
  const sub = UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
  const counted = await db.selectFrom('attempts').select('failures').where('subject', '=', sub).execute()
  assert.deepEqual(counted, [{ failures: 2 }])
})

test('SRP counts like the plain flows, and both count together', async () => {
  const bySrp = async (password: string) => {
    const { asked, responses } = await scene.startSrp('srp')
    await server.cognito.respondToAuthChallenge({
      ClientId: scene.ClientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      Session: asked.Session,
      ChallengeResponses: await responses(password),
    })
  }
  // The library tells the wall's time, which must be near the server's.
  clock.time = Date.now()
  await fail('srp', 3)
  await assert.rejects(bySrp(wrongPassword), wrongCredentials)
  await assert.rejects(bySrp(wrongPassword), wrongCredentials)
  await assert.rejects(bySrp(rightPassword), lockedOut)
  await assert.rejects(scene.byPassword('srp'), lockedOut)
  clock.advance({ seconds: 1 })
  await scene.byPassword('srp')
})

test('a proof by SRP counts as one guess where it is judged, and as none where it is not', async () => {
  const { UserPoolId, ClientId } = scene
  const { db } = server.ctx
  const { UserAttributes } = await server.cognito.adminGetUser({ UserPoolId, Username: 'proof' })
  const sub = UserAttributes!.find(({ Name }) => Name === 'sub')!.Value!
  clock.time = Date.now()

  const proof = async (password: string, changes: Record<string, string> = {}) => {
    const { asked, responses } = await scene.startSrp('proof')
    return server.cognito.respondToAuthChallenge({
      ClientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      Session: asked.Session,
      ChallengeResponses: { ...(await responses(password)), ...changes },
    })
  }
  const counted = async (count: number) => {
    const rows = await db.selectFrom('attempts').select('failures').where('subject', '=', sub).execute()
    assert.deepEqual(rows, count === 0 ? [] : [{ failures: count }])
  }

  await assert.rejects(proof(wrongPassword), wrongCredentials)
  await counted(1)
  await assert.rejects(proof(wrongPassword, { USERNAME: 'mixed' }), invalidSession)
  await assert.rejects(proof(wrongPassword, { TIMESTAMP: 'today' }), { name: 'InvalidParameterException' })
  const { asked } = await scene.startSrp('proof')
  const PASSWORD_CLAIM_SECRET_BLOCK = asked.ChallengeParameters!.SECRET_BLOCK!
  await assert.rejects(proof(rightPassword, { PASSWORD_CLAIM_SECRET_BLOCK }), wrongCredentials)
  await counted(1)

  // By a name that is as much theirs, with a device, and where the client has changed on another node since.
  await assert.rejects(proof(wrongPassword, { USERNAME: sub }), wrongCredentials)
  await assert.rejects(proof(wrongPassword, { DEVICE_KEY: 'us-east-1_none' }), wrongCredentials)
  await counted(3)
  const started = await scene.startSrp('proof')
  await db
    .updateTable('clients')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', ClientId)
    .execute()
  const stale = { ClientId, ChallengeName: 'PASSWORD_VERIFIER', Session: started.asked.Session } as const
  const ChallengeResponses = await started.responses(wrongPassword)
  await assert.rejects(server.cognito.respondToAuthChallenge({ ...stale, ChallengeResponses }), wrongCredentials)
  await counted(4)

  await server.cognito.adminDisableUser({ UserPoolId, Username: 'proof' })
  await assert.rejects(proof(wrongPassword), { message: 'User is disabled.' })
  await counted(4)
  await server.cognito.adminEnableUser({ UserPoolId, Username: 'proof' })
  assert.ok((await proof(rightPassword)).AuthenticationResult)
  await counted(0)
})

test('the calls of administrators count too', async () => {
  const { UserPoolId, ClientId } = scene
  await fail('mixed', 4)
  const byAdmin = (PASSWORD: string) =>
    server.cognito.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'mixed', PASSWORD },
    })
  await assert.rejects(byAdmin(wrongPassword), wrongCredentials)
  await assert.rejects(byAdmin(rightPassword), lockedOut)
})
