import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import Koa from 'koa'
import { type Poolhouse, startPoolhouse } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createDatabaseClock } from '../../src/database-clock.ts'
import { createHealth } from '../../src/health.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** A node whose machine's clock is ahead by so many seconds. */
interface Node {
  server: Poolhouse
  url: string
  cognito: CognitoIdentityProvider
}

const seconds = [0, -3, 3, -20, 20]
/** All nodes are one issuer. */
const settings = {
  POOLHOUSE_PORT: '0',
  POOLHOUSE_LOG_LEVEL: 'silent',
  POOLHOUSE_ISSUER: 'https://id.example.com/{poolId}',
}
const masterKey = Buffer.alloc(32, 5)
const nodes = new Map<number, Node>()
let database: TestDatabase
let UserPoolId: string
let ClientId: string

async function startNode(ahead: number): Promise<Node> {
  const config = { ...readConfig('dev', settings), masterKey }
  const server = await startPoolhouse(config, {
    connection: database.connection,
    machineClock: { now: () => new Date(Date.now() + ahead * 1000) },
    jobs: false,
  })
  const url = `http://localhost:${server.port}`
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const cognito = new CognitoIdentityProvider({ region: config.region, endpoint: url, credentials, maxAttempts: 1 })
  return { server, url, cognito }
}

before(async () => {
  database = await createTestDatabase()
  for (const ahead of seconds) nodes.set(ahead, await startNode(ahead))
  const { cognito } = nodes.get(0)!
  UserPoolId = (await cognito.createUserPool({ PoolName: 'clocks' })).UserPool!.Id!
  const client = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  ClientId = client.UserPoolClient!.ClientId!
})
after(async () => {
  for (const { server } of nodes.values()) await server.close()
  await database.drop()
})

const Password = 'Correct-horse-1'

async function newUser(): Promise<string> {
  const Username = `user-${Math.random().toString(36).slice(2)}`
  const { cognito } = nodes.get(0)!
  await cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await cognito.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
  return Username
}

async function signIn({ cognito }: Node, USERNAME: string) {
  const { AuthenticationResult } = await cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: Password },
  })
  return { AccessToken: AuthenticationResult!.AccessToken!, RefreshToken: AuthenticationResult!.RefreshToken! }
}

const revoked = { name: 'NotAuthorizedException', message: 'Access Token has been revoked' }

for (const ahead of seconds.filter((one) => one !== 0)) {
  const right = () => nodes.get(0)!
  const wrong = () => nodes.get(ahead)!
  for (const [issues, ends] of [
    ['the right node', 'the wrong one'],
    ['the wrong node', 'the right one'],
  ] as const) {
    const issuer = () => (issues === 'the right node' ? right() : wrong())
    const ender = () => (issues === 'the right node' ? wrong() : right())
    const title = `${Math.abs(ahead)} s ${ahead < 0 ? 'behind' : 'ahead'}: ${issues} issues, ${ends}`

    test(`${title} signs out, and the tokens are dead everywhere`, async () => {
      const tokens = await signIn(issuer(), await newUser())
      await ender().cognito.globalSignOut({ AccessToken: tokens.AccessToken })
      for (const { cognito } of [right(), wrong()]) {
        await assert.rejects(cognito.getUser({ AccessToken: tokens.AccessToken }), revoked)
        await assert.rejects(
          cognito.initiateAuth({
            ClientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken },
          }),
          { name: 'NotAuthorizedException' },
        )
      }
    })

    test(`${title} has signed out before, and the new tokens live`, async () => {
      const Username = await newUser()
      const old = await signIn(ender(), Username)
      await ender().cognito.globalSignOut({ AccessToken: old.AccessToken })
      const { AccessToken } = await signIn(issuer(), Username)
      for (const { cognito } of [right(), wrong()])
        assert.equal((await cognito.getUser({ AccessToken })).Username, Username)
    })

    test(`${title} disables and enables the user, and the old tokens stay dead`, async () => {
      const Username = await newUser()
      const { AccessToken } = await signIn(issuer(), Username)
      await ender().cognito.adminDisableUser({ UserPoolId, Username })
      await ender().cognito.adminEnableUser({ UserPoolId, Username })
      for (const { cognito } of [right(), wrong()]) await assert.rejects(cognito.getUser({ AccessToken }), revoked)
    })
  }
}

test('a machine whose clock differs by more than the bound is not ready', async () => {
  const far = await startNode(-45)
  try {
    const answer = await fetch(`${far.url}/health/ready`)
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /clock/)
    for (const { url } of nodes.values()) assert.equal((await fetch(`${url}/health/ready`)).status, 200)
  } finally {
    await far.server.close()
  }
})

test('steps of the machine’s clock move nothing, and a slow answer is not believed', async () => {
  let machine = 1_000_000
  let elapsed = 0
  let roundTrip = 10
  const reports: number[] = []
  const clock = createDatabaseClock({
    readDatabaseTime: async () => {
      elapsed += roundTrip
      return 5_000_000 + elapsed - roundTrip / 2
    },
    machineClock: { now: () => new Date(machine) },
    monotonic: () => elapsed,
    interval: 5,
    onDifference: (milliseconds) => reports.push(milliseconds),
  })
  assert.equal(clock.now().getTime(), machine)
  await clock.start()
  assert.equal(clock.now().getTime(), 5_000_000 + elapsed)
  machine += 3_600_000
  elapsed += 1000
  assert.equal(clock.now().getTime(), 5_000_000 + elapsed)
  roundTrip = 10_000
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(clock.now().getTime(), 5_000_000 + elapsed)
  clock.stop()
  assert.ok(reports.length >= 1)
})

test('a new reading that is earlier holds the time until the database has come up to it', async () => {
  let elapsed = 0
  let behind = 0
  const clock = createDatabaseClock({
    readDatabaseTime: async () => 5_000_000 + elapsed - behind,
    machineClock: { now: () => new Date(5_000_000) },
    monotonic: () => elapsed,
    interval: 5,
  })
  const nextReading = () => new Promise((resolve) => setTimeout(resolve, 50))
  await clock.start()
  elapsed = 1000
  assert.equal(clock.now().getTime(), 5_001_000)
  behind = 400
  await nextReading()
  assert.equal(clock.now().getTime(), 5_001_000)
  elapsed += 300
  assert.equal(clock.now().getTime(), 5_001_000)
  elapsed += 200
  assert.equal(clock.now().getTime(), 5_001_100)
  // A clock that was set back by an hour is another matter: nobody waits for an hour.
  behind = 3_600_000
  await nextReading()
  assert.equal(clock.now().getTime(), 5_001_500 - 3_600_000)
  clock.stop()
})

test('a first reading that fails is soon repeated, and the difference is unknown until then', async () => {
  let isReachable = false
  const clock = createDatabaseClock({
    readDatabaseTime: async () => {
      if (!isReachable) throw new Error('unreachable')
      return 5_000_000
    },
    machineClock: { now: () => new Date(9_000_000) },
    monotonic: () => 0,
    interval: 60_000,
    retryInterval: 5,
  })
  await clock.start()
  assert.equal(clock.difference(), undefined)
  assert.equal(clock.now().getTime(), 9_000_000)
  isReachable = true
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(clock.difference(), 4_000_000)
  assert.equal(clock.now().getTime(), 5_000_000)
  clock.stop()
})

test('a node that has not learned the time of the database is not ready', async () => {
  const [node] = nodes.values()
  const health = createHealth(
    node!.server.ctx,
    { isStopping: false, clockDifference: () => undefined },
    async () => undefined,
  )
  const app = new Koa().use(health)
  const http = app.listen(0)
  try {
    const answer = await fetch(`http://localhost:${(http.address() as AddressInfo).port}/health/ready`)
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /time of the database/)
  } finally {
    http.close().closeAllConnections()
  }
})
