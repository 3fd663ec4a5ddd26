// A real primary and its streaming standby: needs the programs of a PostgreSQL server, or PGBIN.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase } from '../../src/store/db.ts'
import { migrate } from '../../src/store/migrate.ts'
import { type Pair, postgresPair, user } from '../support/postgres-programs.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let pair: Pair
let patient: TestServer
let strict: TestServer
let UserPoolId: string
let ClientId: string
const Password = 'Correct-Horse-9'

before(async () => {
  pair = await postgresPair()
  const connection = `postgres://${user}@127.0.0.1:${pair.primary.port}/postgres`
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: true })
  await migrate(db)
  await close()
  const databaseReadUrl = `postgres://${user}@127.0.0.1:${pair.standby.port}/postgres`
  const masterKey = Buffer.alloc(32, 9)
  patient = await startTestServer({ databaseReadUrl, databaseReadMaxLag: 600_000 }, { connection, masterKey })
  strict = await startTestServer({ databaseReadUrl, databaseReadMaxLag: 500 }, { connection, masterKey })
  const { cognito } = patient
  UserPoolId = (await cognito.createUserPool({ PoolName: 'replica' })).UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  ClientId = UserPoolClient!.ClientId!
  await addUser('ann')
  await until('the standby', async () => (await listed(patient)).includes('ann') && (await isUsed(patient)))
})
after(async () => {
  await patient?.close()
  await strict?.close()
  await pair?.close()
})

async function addUser(Username: string): Promise<void> {
  await patient.cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
  await patient.cognito.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
}

async function listed({ cognito }: TestServer): Promise<string[]> {
  const { Users } = await cognito.listUsers({ UserPoolId })
  return Users!.map(({ Username }) => Username!)
}

const isUsed = ({ ctx }: TestServer) => ctx.replica!.read(async (db) => db !== ctx.db, ctx.db)

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isTrue()); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error(`${what} did not come about in half a minute`)
}

test('lists are read from the standby, what decides from the primary', async () => {
  await pair.pauseStandby()
  await addUser('ben')
  assert.deepEqual(await listed(patient), ['ann'])
  const { UserStatus } = await patient.cognito.adminGetUser({ UserPoolId, Username: 'ben' })
  assert.equal(UserStatus, 'CONFIRMED')
  const signIn = () =>
    patient.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ben', PASSWORD: Password },
    })
  const { AccessToken } = (await signIn()).AuthenticationResult!
  await patient.cognito.adminDisableUser({ UserPoolId, Username: 'ben' })
  await assert.rejects(signIn(), { name: 'NotAuthorizedException', message: /disabled/ })
  await assert.rejects(patient.cognito.getUser({ AccessToken }), { name: 'NotAuthorizedException' })
})

test('a standby that lags is left out, and used again once it keeps up', async () => {
  await until('the end of its use', async () => !(await isUsed(strict)))
  assert.deepEqual((await listed(strict)).toSorted(), ['ann', 'ben'])
  await pair.resumeStandby()
  await until('its use', () => isUsed(strict))
  await until('its data', async () => (await listed(patient)).includes('ben'))
})

test('a standby that dies costs no answer', async () => {
  const answers = Promise.all(
    Array.from({ length: 20 }, async (_, number) => {
      await new Promise((resolve) => setTimeout(resolve, number * 20))
      return listed(patient)
    }),
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  await pair.standby.kill()
  for (const names of await answers) assert.equal(names.length, 2)
  assert.equal((await listed(patient)).length, 2)
  await until('the end of its use', async () => !(await isUsed(patient)))
  assert.equal((await fetch(`${patient.url}/health`)).status, 200)
})
