import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { PoolMetric } from '../../src/admin/index.ts'
import { flushCounts } from '../../src/administration/metrics/flush-counts.ts'
import { PoolCounts, poolMetricsObserver } from '../../src/administration/metrics/pool-counts.ts'
import { sweep } from '../../src/jobs/sweep.ts'
import { rightPassword, signInScene, wrongPassword } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { adminOf, keyOf } from './scene.ts'

const hour = 3_600_000
const day = 24 * hour

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

interface Asked {
  ClientId?: string
  Period?: 'HOUR' | 'DAY'
  /** Milliseconds before now. */
  since?: number
}

async function seriesOf(UserPoolId: string, { ClientId, Period = 'HOUR', since = hour }: Asked = {}, asked = server) {
  const now = server.clock.now().getTime()
  const range = { StartTime: new Date(now - since), EndTime: new Date(now + 1000) }
  return (await adminOf(asked).getPoolMetrics({ UserPoolId, ClientId, Period, ...range })).Metrics
}

const nameOf = ({ MetricName, Dimensions }: PoolMetric) => [MetricName, ...Object.values(Dimensions)].join(' ')

/** The sums by metric and dimensions, without the calls. */
async function sumsOf(UserPoolId: string, asked: Asked = {}, at = server) {
  const series = await seriesOf(UserPoolId, asked, at)
  const sums = series.map((metric) => [nameOf(metric), metric.Values.reduce((sum, value) => sum + value, 0)] as const)
  return Object.fromEntries(sums.filter(([name]) => !name.startsWith('CallCount')))
}

test('sign-ins, refreshes and challenges are counted for the pool and for each client, as they end', async () => {
  const scene = await signInScene(server)
  const other = await scene.addClient()
  await scene.addUser('ann')
  const AuthFlow = 'USER_PASSWORD_AUTH' as const
  const signIn = (ClientId: string, PASSWORD = rightPassword) =>
    server.cognito.initiateAuth({ ClientId, AuthFlow, AuthParameters: { USERNAME: 'ann', PASSWORD } })
  await signIn(other.ClientId)
  const { AuthenticationResult } = await signIn(scene.ClientId)
  await assert.rejects(signIn(scene.ClientId, wrongPassword), { name: 'NotAuthorizedException' })
  const refresh = (REFRESH_TOKEN: string) =>
    server.cognito.getTokensFromRefreshToken({ ClientId: scene.ClientId, RefreshToken: REFRESH_TOKEN })
  await refresh(AuthenticationResult!.RefreshToken!)
  await assert.rejects(refresh('no-token'), { name: 'NotAuthorizedException' })

  assert.deepEqual(await sumsOf(scene.UserPoolId), {
    'ChallengeFailures PASSWORD': 1,
    'ChallengeSuccesses PASSWORD': 2,
    SignInFailures: 1,
    SignInSuccesses: 2,
    SignUpSuccesses: 1,
    TokenRefreshFailures: 1,
    TokenRefreshSuccesses: 1,
  })
  assert.deepEqual(await sumsOf(scene.UserPoolId, { ClientId: other.ClientId }), {
    'ChallengeSuccesses PASSWORD': 1,
    SignInSuccesses: 1,
  })
  assert.deepEqual(await sumsOf(scene.UserPoolId, { ClientId: 'Admin' }), { SignUpSuccesses: 1 })
})

test('a sign-in of several steps succeeds once, when its tokens are issued', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  const { cognito } = server
  const { ClientId, UserPoolId } = scene
  const Username = 'new'
  await cognito.adminCreateUser({ UserPoolId, Username, TemporaryPassword: 'Temporary-1', MessageAction: 'SUPPRESS' })
  const { Session } = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD: 'Temporary-1' },
  })
  assert.equal((await sumsOf(UserPoolId)).SignInSuccesses, undefined)
  await cognito.respondToAuthChallenge({
    ClientId,
    Session,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: rightPassword },
  })
  const sums = await sumsOf(UserPoolId)
  assert.equal(sums.SignInSuccesses, 1)
  assert.equal(sums['ChallengeSuccesses NEW_PASSWORD_REQUIRED'], 1)
  assert.equal(sums.SignInFailures, undefined)
})

test('registrations count by their client, by Admin where an administrator made them, and failures too', async () => {
  const { UserPoolId, ClientId, addUser } = await signInScene(server)
  const signUp = (Username: string, Password = rightPassword) => server.cognito.signUp({ ClientId, Username, Password })
  await signUp('ann')
  await assert.rejects(signUp('ann'), { name: 'UsernameExistsException' })
  await assert.rejects(signUp('bob', 'short'), { name: 'InvalidPasswordException' })
  await addUser('carol')
  const sums = await sumsOf(UserPoolId)
  assert.deepEqual([sums.SignUpSuccesses, sums.SignUpFailures], [2, 2])
  const ofClient = await sumsOf(UserPoolId, { ClientId })
  assert.deepEqual([ofClient.SignUpSuccesses, ofClient.SignUpFailures], [1, 2])
})

test('messages count once they have left, and once they never will', async () => {
  const pool = { AutoVerifiedAttributes: ['email' as const] }
  const { UserPoolId, ClientId } = await signInScene(server, { pool })
  const UserAttributes = [{ Name: 'email', Value: 'ann@example.com' }]
  await server.cognito.signUp({ ClientId, Username: 'ann', Password: rightPassword, UserAttributes })
  await server.message({ userPoolId: UserPoolId })
  let delivered: number | undefined
  for (let waited = 0; delivered === undefined && waited < 3000; waited += 20) {
    await pause(20)
    delivered = (await sumsOf(UserPoolId))['MessageSuccesses EMAIL']
  }
  assert.equal(delivered, 1)
})

test('calls of all callers are counted by category, including refused ones', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  const { AccessToken } = (await server.cognito.initiateAuth({
    ClientId: scene.ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ann', PASSWORD: rightPassword },
  }))!.AuthenticationResult!
  await server.cognito.getUser({ AccessToken: AccessToken! })
  await assert.rejects(server.cognito.adminGetUser({ UserPoolId: scene.UserPoolId, Username: 'nobody' }))
  await assert.rejects(server.cognito.getUser({ AccessToken: 'no-token' }))
  const calls = (await seriesOf(scene.UserPoolId)).filter(({ MetricName }) => MetricName === 'CallCount')
  const sums = Object.fromEntries(calls.map(({ Dimensions, Values }) => [Dimensions.Resource, Values[0]]))
  assert.equal(sums.UserAuthentication, 1)
  assert.equal(sums.UserRead, 2, 'a token that is none is of no pool')
})

test('throttled calls are counted as throttled, and as failures of their kind', async () => {
  const limited = await startTestServer({ limits: { UserCreation: 1 } })
  try {
    const { UserPoolId, ClientId } = await signInScene(limited)
    await limited.cognito.describeUserPoolClient({ UserPoolId, ClientId })
    const signUps = await Promise.allSettled(
      Array.from({ length: 5 }, (_, index) =>
        limited.cognito.signUp({ ClientId, Username: `user${index}`, Password: rightPassword }),
      ),
    )
    const refused = signUps.filter(({ status }) => status === 'rejected').length
    assert.ok(refused > 0)
    const sums = await sumsOf(UserPoolId, {}, limited)
    assert.equal(sums['ThrottleCount UserCreation'], refused)
    assert.deepEqual([sums.SignUpSuccesses, sums.SignUpThrottles], [5 - refused, refused])
  } finally {
    await limited.close()
  }
})

test('threat protection counts requests with and without risk', async () => {
  const scene = await signInScene(server, {
    pool: { UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } },
  })
  const { UserPoolId, ClientId } = scene
  await scene.addUser('ann')
  const blockedRange = '127.0.0.0/8'
  const signIn = () =>
    server.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ann', PASSWORD: rightPassword },
    })
  await signIn()
  const BlockedIPRangeList = [blockedRange, '::1/128']
  await server.cognito.setRiskConfiguration({ UserPoolId, RiskExceptionConfiguration: { BlockedIPRangeList } })
  await assert.rejects(signIn(), { name: 'NotAuthorizedException' })
  const sums = await sumsOf(UserPoolId)
  assert.equal(sums['NoRisk SignIn'], 1)
  assert.equal(sums['Risk SignIn'], 1)
  assert.equal(sums['OverrideBlock SignIn High'], 1)
  assert.equal(sums.SignInFailures, 1)
})

test('hours and days are those of UTC, and periods without counts are left out', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  server.clock.advance({ hours: 2 })
  await scene.addUser('bob')
  await scene.addUser('carol')
  const [byHour] = (await seriesOf(scene.UserPoolId, { since: 3 * hour })).filter(
    ({ MetricName }) => MetricName === 'SignUpSuccesses',
  )
  assert.deepEqual(byHour!.Values, [1, 2])
  const [first, second] = byHour!.Timestamps.map((time) => time.getTime())
  assert.equal(second! - first!, 2 * hour)
  assert.equal(first! % hour, 0)
  const byDay = (await seriesOf(scene.UserPoolId, { Period: 'DAY', since: 2 * day })).find(
    ({ MetricName }) => MetricName === 'SignUpSuccesses',
  )
  assert.equal(
    byDay!.Values.reduce((sum, value) => sum + value, 0),
    3,
  )
  assert.ok(byDay!.Timestamps.every((time) => time.getTime() % day === 0))
})

test('nodes add up, what a node has counted is written when it stops, and a request writes nothing', async () => {
  const scene = await signInScene(server)
  const second = await startTestServer(
    {},
    { connection: server.connection, clock: server.clock, masterKey: server.ctx.config.masterKey },
  )
  const create = (node: TestServer, Username: string) =>
    node.cognito.adminCreateUser({ UserPoolId: scene.UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await Promise.all(['a', 'b', 'c'].map((name) => create(server, name)))
  await Promise.all(['d', 'e'].map((name) => create(second, name)))
  assert.equal((await sumsOf(scene.UserPoolId)).SignUpSuccesses, 3)
  await second.close()
  assert.equal((await sumsOf(scene.UserPoolId)).SignUpSuccesses, 5)
})

test('what can not be written now is written later', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  const { db } = server.ctx
  const broken = db.withPlugin({
    transformQuery: () => {
      throw new Error('no database')
    },
    transformResult: async ({ result }) => result,
  })
  await assert.rejects(flushCounts({ ...server.ctx, db: broken }), /no database/)
  assert.equal((await sumsOf(scene.UserPoolId)).SignUpSuccesses, 1)
})

test('metrics go with their pool, and after a year', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  const rows = async () =>
    (await server.ctx.db.selectFrom('pool_metrics').selectAll().where('pool_id', '=', scene.UserPoolId).execute())
      .length
  await flushCounts(server.ctx)
  assert.ok((await rows()) > 0)
  server.clock.advance({ days: 365 })
  await sweep(server.ctx)
  assert.ok((await rows()) > 0)
  server.clock.advance({ days: 3 })
  await sweep(server.ctx)
  assert.equal(await rows(), 0)

  await scene.addUser('bob')
  await server.cognito.deleteUserPool({ UserPoolId: scene.UserPoolId })
  await flushCounts(server.ctx)
  assert.equal(await rows(), 0)
})

test('a range without an end after its beginning, one that is too long, and a pool that is none are refused', async () => {
  const { UserPoolId } = await signInScene(server)
  const admin = adminOf(server)
  const now = Date.now()
  const ask = (from: number, to: number, Period: 'HOUR' | 'DAY' = 'HOUR', pool = UserPoolId) =>
    admin.getPoolMetrics({ UserPoolId: pool, StartTime: new Date(from), EndTime: new Date(to), Period })
  await assert.rejects(ask(now, now), { name: 'InvalidParameterException' })
  await assert.rejects(ask(now - 40 * day, now), { name: 'InvalidParameterException' })
  await assert.rejects(ask(now - 400 * day, now, 'DAY'), { name: 'InvalidParameterException' })
  await assert.rejects(ask(now - day, now, 'WEEK' as 'DAY'), { name: 'InvalidParameterException' })
  await assert.rejects(ask(now - day, now, 'DAY', 'us-east-1_nobody'), { name: 'ResourceNotFoundException' })
})

test('a role reads only the metrics of its own pools', async () => {
  const [mine, theirs] = [await signInScene(server), await signInScene(server)]
  await adminOf(server).putRole({ RoleName: 'dev', ReadyMadePolicy: 'developer', UserPoolIds: [mine.UserPoolId] })
  const developer = adminOf(server, await keyOf(server, 'dev'))
  const range = { StartTime: new Date(0), EndTime: new Date(day), Period: 'DAY' as const }
  assert.deepEqual(await developer.getPoolMetrics({ UserPoolId: mine.UserPoolId, ...range }), { Metrics: [] })
  await assert.rejects(developer.getPoolMetrics({ UserPoolId: theirs.UserPoolId, ...range }), {
    name: 'AccessDeniedException',
  })
})

test('up to a number an hour, errors of functions are counted separately, and the rest together', () => {
  const counts = new PoolCounts()
  let now = new Date(0)
  const fail = (error: string) =>
    poolMetricsObserver(counts, () => now).trigger!({
      poolId: 'us-east-1_Example01',
      trigger: 'PreSignUp',
      result: 'threw',
      error,
      milliseconds: 1,
    })
  const errorsOf = () => {
    const all = counts
      .take()
      .get('us-east-1_Example01')!
      .filter(({ metric }) => metric === 'TriggerErrors')
    return Object.fromEntries(all.map(({ dimensions, value }) => [new URLSearchParams(dimensions).get('Error'), value]))
  }
  for (let number = 0; number < 50; number++) fail(`Error${number}`)
  fail('Error0')
  const errors = errorsOf()
  assert.equal(Object.keys(errors).length, 21)
  assert.deepEqual([errors.Error0, errors.Error19, errors.Error20, errors.Other], [2, 1, undefined, 30])
  now = new Date(hour)
  fail('Error20')
  assert.deepEqual(errorsOf(), { Error20: 1 })
})
