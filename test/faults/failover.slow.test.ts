import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { openDatabase } from '../../src/store/db.ts'
import { migrate } from '../../src/store/migrate.ts'
import { type Pair, postgresPair, user } from '../support/postgres-programs.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let pair: Pair
let server: TestServer
let cognito: CognitoIdentityProvider

before(async () => {
  pair = await postgresPair()
  // The standby first, which must be passed over.
  const hosts = `127.0.0.1:${pair.standby.port},127.0.0.1:${pair.primary.port}`
  const connection = `postgres://${user}@${hosts}/postgres?target_session_attrs=read-write`
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: true })
  await migrate(db)
  await close()
  server = await startTestServer({}, { connection })
  cognito = new CognitoIdentityProvider({
    region: server.ctx.config.region,
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 30,
  })
})
after(async () => {
  cognito?.destroy()
  await server?.close()
  await pair?.close()
})

test('when the primary dies and its standby is promoted, no acknowledged write is lost and nothing is restarted', async () => {
  const { UserPool } = await cognito.createUserPool({ PoolName: 'failover' })
  const UserPoolId = UserPool!.Id!
  const acknowledged: string[] = []
  const times: number[] = []
  let writing = true

  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; writing; i++) {
      const Username = `writer${writer}-${i}`
      try {
        await cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
      } catch (error) {
        // An attempt whose answer was lost may have been written.
        if ((error as Error).name !== 'UsernameExistsException') throw error
      }
      acknowledged.push(Username)
      times.push(performance.now())
    }
  })
  await pause(1500)
  const before = acknowledged.length
  assert.ok(before > 0)
  await pair.primary.kill()
  const killedAt = performance.now()
  await pause(1000)
  await pair.promoteStandby()
  const promotedAt = performance.now()
  while (acknowledged.length < before + 100) {
    assert.ok(performance.now() - promotedAt < 20_000, 'writes did not go on')
    await pause(50)
  }
  writing = false
  await Promise.all(writers)

  const back = times.find((time) => time > promotedAt)! - promotedAt
  console.log(
    `${acknowledged.length} users, first write ${Math.round(back)} ms after the promotion, which was ${Math.round(promotedAt - killedAt)} ms after the kill`,
  )
  for (const Username of acknowledged) await cognito.adminGetUser({ UserPoolId, Username })
  assert.equal((await fetch(`${server.url}/health`)).status, 200)
})

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
