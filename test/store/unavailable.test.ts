import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { sql } from 'kysely'
import { freePort } from '../../bench/frame/server.ts'
import { openDatabase } from '../../src/store/db.ts'
import { parseDatabaseUrl } from '../../src/store/endpoints.ts'
import { rightPassword, signInScene } from '../sign-in/scene.ts'
import { type Connection, createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { type SilentProxy, silentProxy } from '../support/silent-proxy.ts'

let database: TestDatabase
let proxy: SilentProxy
let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  database = await createTestDatabase()
  proxy = await silentProxy(addressOf(database.connection))
  server = await startTestServer({}, { connection: through(database.connection, proxy.port) })
  scene = await signInScene(server)
  for (let i = 0; i < 12; i++) await scene.addUser(`user${i}`)
})
after(async () => {
  await server?.close()
  await proxy?.close()
  await database?.drop()
})
beforeEach(async () => {
  proxy.restore()
  await healthy()
})

const addressOf = (connection: Connection) => {
  if (typeof connection !== 'string') return { host: connection.host, port: connection.port }
  const { hostname, port } = new URL(connection)
  return { host: hostname, port: Number(port || 5432) }
}

function through(connection: Connection, port: number): Connection {
  if (typeof connection !== 'string') return { ...connection, host: '127.0.0.1', port }
  const url = new URL(connection)
  url.host = `127.0.0.1:${port}`
  return url.href
}

const urlOf = (connection: Connection): string =>
  typeof connection === 'string'
    ? connection
    : `postgres://${connection.username}@${connection.host}:${connection.port}/${connection.database}`

async function health(): Promise<{ status: number; milliseconds: number }> {
  const started = performance.now()
  const answer = await fetch(`${server.url}/health`, { signal: AbortSignal.timeout(20_000) })
  await answer.text()
  return { status: answer.status, milliseconds: performance.now() - started }
}

async function healthy(): Promise<number> {
  const started = performance.now()
  while ((await health()).status !== 200) {
    assert.ok(performance.now() - started < 15_000, 'it never recovered')
    await pause(50)
  }
  return performance.now() - started
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const started = performance.now()
  return { value: await work(), milliseconds: performance.now() - started }
}

const signIn = (username = 'user0') =>
  fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
    },
    body: JSON.stringify({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: scene.ClientId,
      AuthParameters: {
        USERNAME: username,
        PASSWORD: rightPassword,
        ...(scene.secret && { SECRET_HASH: scene.hashFor(username) }),
      },
    }),
  })

test('a database that falls silent is said within five seconds, at every surface, and its return within two', async () => {
  proxy.silence()
  const [api, token, page, unready] = await Promise.all([
    timed(() => signIn()),
    timed(() =>
      fetch(`${server.url}/${scene.UserPoolId}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: scene.ClientId }),
      }),
    ),
    timed(() => fetch(`${server.url}/${scene.UserPoolId}/login?client_id=x`, { headers: { accept: 'text/html' } })),
    health(),
  ])
  for (const { value, milliseconds } of [api, token, page]) {
    assert.equal(value.status, 503)
    assert.ok(Number(value.headers.get('retry-after')) > 0)
    assert.ok(milliseconds < 5000, `${milliseconds} ms`)
  }
  assert.equal(((await api.value.json()) as { __type: string }).__type, 'InternalErrorException')
  assert.deepEqual(await token.value.json(), { error: 'temporarily_unavailable' })
  assert.match(await page.value.text(), /<h1[^>]*>\s*Temporarily unavailable/)
  assert.equal(unready.status, 503)
  assert.ok(unready.milliseconds < 5000)

  // Once it is known, nobody waits at all.
  assert.ok((await timed(() => signIn())).milliseconds < 500)
  assert.ok((await health()).milliseconds < 500)

  proxy.restore()
  assert.ok((await healthy()) < 2000)
  assert.equal((await signIn()).status, 200)
})

test('the SDK retries calls that failed because the database was unreachable', async () => {
  const patient = new CognitoIdentityProvider({
    region: server.ctx.config.region,
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 20,
  })
  proxy.silence()
  setTimeout(() => proxy.restore(), 4000)
  const { UserPool, $metadata } = await patient.describeUserPool({ UserPoolId: scene.UserPoolId })
  assert.equal(UserPool?.Id, scene.UserPoolId)
  assert.ok($metadata.attempts! > 1)
  patient.destroy()
})

test('connections that fell silent are replaced while the database answers on new ones', async () => {
  await Promise.all([signIn(), signIn(), signIn()])
  proxy.silence()
  proxy.restore()
  const answers = await Promise.all(Array.from({ length: 5 }, () => timed(() => signIn())))
  for (const { milliseconds } of answers) assert.ok(milliseconds < 5000, `${milliseconds} ms`)
  assert.equal((await timed(health)).value.status, 200)
  assert.deepEqual(
    await Promise.all(Array.from({ length: 10 }, async () => (await signIn()).status)),
    Array(10).fill(200),
  )
})

test('a slow statement is not taken for a silent connection', async () => {
  const { rows } = await sql<{ done: number }>`select 1 as done, pg_sleep(3)`.execute(server.ctx.db)
  assert.equal(rows[0]?.done, 1)
})

test('a lock held elsewhere ends in a refusal within five seconds, and health does not wait for it', async () => {
  const { db, close } = openDatabase({ connection: database.connection, maxConnections: 1, prepare: true })
  const held = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const holder = db.transaction().execute(async (trx) => {
    await sql`lock table users in access exclusive mode`.execute(trx)
    locked.resolve()
    await held.promise
  })
  await locked.promise
  const signingIn = Array.from({ length: 12 }, (_, i) => timed(() => signIn(`user${i}`)))
  await pause(300)
  const during = await health()
  assert.equal(during.status, 200)
  assert.ok(during.milliseconds < 300, `${during.milliseconds} ms`)
  for (const { value, milliseconds } of await Promise.all(signingIn)) {
    assert.equal(value.status, 503)
    assert.ok(milliseconds < 5000, `${milliseconds} ms`)
  }
  held.resolve()
  await holder
  await close()
  assert.equal((await signIn()).status, 200)
})

test('a statement that takes longer than its limit is cut off', async () => {
  const limits = { connect: 2000, statement: 300, lock: 300, wait: 300 }
  const { db, close } = openDatabase({ connection: database.connection, maxConnections: 1, prepare: true, limits })
  await assert.rejects(sql`select pg_sleep(5)`.execute(db), { code: '57014' })
  await db.transaction().execute(async () => {
    const { milliseconds } = await timed(() =>
      assert.rejects(sql`select 1`.execute(db), { name: 'DatabaseUnavailable' }),
    )
    assert.ok(milliseconds < 1500)
  })
  assert.equal((await sql`select 1`.execute(db)).rows.length, 1)
  await close()
})

for (const POOLHOUSE_WORKERS of ['1', '2'])
  test(`a server of ${POOLHOUSE_WORKERS} that is told to stop while its database is silent answers and ends`, async () => {
    const port = await freePort()
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url)), 'serve'], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: urlOf(through(database.connection, proxy.port)),
        POOLHOUSE_PORT: String(port),
        POOLHOUSE_HOST: '127.0.0.1',
        POOLHOUSE_WORKERS,
        POOLHOUSE_PUBLIC_URL: `http://127.0.0.1:${port}`,
        POOLHOUSE_MASTER_KEY: server.ctx.config.masterKey!.toString('base64'),
        POOLHOUSE_ACCESS_KEY_ID: 'local',
        POOLHOUSE_SECRET_ACCESS_KEY: 'a-secret-of-sixteen',
      },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    try {
      while (!(await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.ok) await pause(50)
      proxy.silence()
      const address = `http://127.0.0.1:${port}/${scene.UserPoolId}/.well-known/jwks.json`
      const requests = Array.from({ length: 20 }, () => get(address, { agent: false }))
      const answers = Promise.all(
        requests.map(async (request) => {
          const [answer] = await once(request, 'response')
          return answer.resume().statusCode as number
        }),
      )
      // Sent, and perhaps not seen by any worker yet.
      await Promise.all(requests.map((request) => once(request, 'finish')))
      const { milliseconds } = await timed(() => {
        child.kill('SIGTERM')
        return ended
      })
      assert.deepEqual(new Set(await answers), new Set([503]))
      assert.ok(milliseconds < 9_000, `${milliseconds} ms`)
    } finally {
      child.kill('SIGKILL')
      proxy.restore()
    }
  })

test('a URL of the database may name several hosts, and says what they must be', () => {
  const parse = (url: string) => {
    const { hosts, attributes } = parseDatabaseUrl(url) ?? {}
    return hosts && `${hosts.map(({ host, port }) => `${host} ${port}`).join(', ')}: ${attributes}`
  }
  assert.equal(parse('postgres://u:p@one/db'), 'one 5432: any')
  assert.equal(parse('postgres://u:p%40,@one:1,two/db'), 'one 1, two 5432: read-write')
  assert.equal(parse('postgresql://[::1]:1,[::2]/db?target_session_attrs=primary'), '::1 1, ::2 5432: primary')
  assert.equal(parse('postgres:///db?host=/run/postgresql'), ': any')
  for (const wrong of [
    'http://one/db',
    'postgres://one:70000/db',
    'postgres://one:1:2/db',
    'postgres://one,/db',
    'postgres://one,two/db?target_session_attrs=standby',
  ])
    assert.equal(parse(wrong), undefined, wrong)
})
