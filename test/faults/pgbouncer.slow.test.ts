import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/store/db.ts'
import { migrate } from '../../src/store/migrate.ts'
import { rightPassword, signInScene } from '../sign-in/scene.ts'
import { onePostgres, pgBouncer, user } from '../support/postgres-programs.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let database: Awaited<ReturnType<typeof onePostgres>>
let bouncer: Awaited<ReturnType<typeof pgBouncer>>
let server: TestServer
let scene: Awaited<ReturnType<typeof signInScene>>

before(async () => {
  database = await onePostgres()
  const direct = { host: '127.0.0.1', port: database.port, username: user, database: 'postgres' }
  const { db, close } = openDatabase({ connection: direct, maxConnections: 1, prepare: true })
  await migrate(db)
  for (const limit of [`statement_timeout = '30s'`, `lock_timeout = '2s'`])
    await sql.raw(`alter role ${user} set ${limit}`).execute(db)
  await close()
  bouncer = await pgBouncer(database.port)
  server = await startTestServer(
    { databasePrepare: false, databasePoolSize: 10 },
    { connection: { ...direct, port: bouncer.port } },
  )
  scene = await signInScene(server)
})
after(async () => {
  await server?.close()
  await bouncer?.close()
  await database?.close()
})

test('behind PgBouncer in transaction mode, people sign in, read and refresh at the same time', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `user${i}`)
  await Promise.all(names.map((name) => scene.addUser(name)))
  await Promise.all(
    names.map(async (USERNAME) => {
      const AuthParameters = {
        USERNAME,
        PASSWORD: rightPassword,
        ...(scene.secret && { SECRET_HASH: scene.hashFor(USERNAME) }),
      }
      const { AuthenticationResult: tokens } = await server.cognito.adminInitiateAuth({
        UserPoolId: scene.UserPoolId,
        ClientId: scene.ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters,
      })
      for (let i = 0; i < 5; i++) {
        const { Username } = await server.cognito.getUser({ AccessToken: tokens!.AccessToken })
        assert.equal(Username, USERNAME)
      }
    }),
  )
})

test('a lock held elsewhere ends in a refusal there too', async () => {
  const direct = { host: '127.0.0.1', port: database.port, username: user, database: 'postgres' }
  const { db, close } = openDatabase({ connection: direct, maxConnections: 1, prepare: true })
  await db.transaction().execute(async (trx) => {
    await sql`lock table users in access exclusive mode`.execute(trx)
    const started = performance.now()
    await assert.rejects(
      server.cognito.listUsers({ UserPoolId: scene.UserPoolId }),
      ({ name, $metadata }) => name === 'InternalErrorException' && $metadata.httpStatusCode === 503,
    )
    assert.ok(performance.now() - started < 5000)
  })
  await close()
  await server.cognito.listUsers({ UserPoolId: scene.UserPoolId })
})

test('when PgBouncer goes, callers are told at once', async () => {
  await bouncer.kill()
  assert.equal((await fetch(`${server.url}/health`)).status, 503)
  await assert.rejects(server.cognito.listUsers({ UserPoolId: scene.UserPoolId }), { name: 'InternalErrorException' })
})
