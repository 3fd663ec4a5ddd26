import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { generate } from 'otplib'
import { masterKey as masterKeyCommand } from '../../src/cli/master-key.ts'
import type { withDatabase } from '../../src/cli/with-database.ts'
import type { Config } from '../../src/config.ts'
import { createKeyring } from '../../src/lib/keyring.ts'
import { sealedColumns } from '../../src/sealed-columns.ts'
import { readMasterKey } from '../../src/store/installation.ts'
import { testClock } from '../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signInBySrp } from '../support/srp-sign-in.ts'
import { adminOf, allow, cognitoOf, keyWith } from './scene.ts'

const former = randomBytes(32)
const next = randomBytes(32)
const password = 'Correct-horse-1'
const formerId = createKeyring(former).sealId('current')

let database: TestDatabase
const clock = testClock()
const servers: TestServer[] = []
before(async () => {
  database = await createTestDatabase()
})
after(async () => {
  for (const server of servers) await server.stopServer().catch(() => {})
  await database?.drop()
})

async function start(masterKey: Buffer, previousMasterKey?: Buffer, options: { jobs?: false } = { jobs: false }) {
  const config: Partial<Config> = { logLevel: 'silent', ...(previousMasterKey && { previousMasterKey }) }
  const server = await startTestServer(config, { database, clock, masterKey, ...options })
  servers.push(server)
  return server
}

async function command(server: TestServer, name: string, print: (line: string) => unknown = () => {}) {
  const set = (variable: string, value: string | undefined) => {
    if (value === undefined) delete process.env[variable]
    else process.env[variable] = value
  }
  set('POOLHOUSE_MASTER_KEY', next.toString('base64'))
  set('POOLHOUSE_MASTER_KEY_PREVIOUS', former.toString('base64'))
  const use: typeof withDatabase = (run) => run(server.ctx.db)
  try {
    await masterKeyCommand([name], { use, print, wait: 0 })
  } finally {
    set('POOLHOUSE_MASTER_KEY', undefined)
    set('POOLHOUSE_MASTER_KEY_PREVIOUS', undefined)
  }
}

async function linesOf(server: TestServer, name: string): Promise<string> {
  const lines: string[] = []
  await command(server, name, (line) => lines.push(line))
  return lines.join('\n')
}

/** Columns anywhere in the database with a value that this key has sealed. */
async function columnsSealedWith(server: TestServer, id: Buffer): Promise<string[]> {
  const { db } = server.ctx
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name::text as table, column_name::text as column from information_schema.columns
    where table_schema = current_schema() and data_type = 'bytea' order by 1, 2`.execute(db)
  const found: string[] = []
  for (const { table, column } of rows) {
    const { rows: sealed } = await sql`
      select from ${sql.table(table)} where substring(${sql.ref(column)} from 2 for 4) = ${id} limit 1`.execute(db)
    if (sealed.length > 0) found.push(`${table}.${column}`)
  }
  return found
}

test('every column of sealed values is sealed anew by a rotation', async () => {
  const server = await start(former)
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = current_schema() and data_type = 'bytea' and column_name ~ 'sealed|file_key'`.execute(
    server.ctx.db,
  )
  assert.deepEqual(
    rows.map(({ name }) => name).sort(),
    sealedColumns.map(({ table, column }) => `${table}.${column}`).sort(),
  )
  await server.stopServer()
})

test('a master key is rotated beneath two servers, with a stop in the middle, and nobody notices', async () => {
  const first = await start(former)
  const { cognito } = first
  const UserPoolId = (
    await cognito.createUserPool({
      PoolName: 'rotated',
      AutoVerifiedAttributes: ['email'],
      MfaConfiguration: 'OFF',
    })
  ).UserPool!.Id!
  await cognito.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const
  const makeClient = async (server: TestServer, ClientName: string, GenerateSecret = false) =>
    (
      await server.cognito.createUserPoolClient({
        UserPoolId,
        ClientName,
        GenerateSecret,
        ExplicitAuthFlows: [...flows],
      })
    ).UserPoolClient!
  const ClientId = (await makeClient(first, 'app')).ClientId!
  const confidential = await makeClient(first, 'confidential', true)
  const addUser = async (Username: string) => {
    await cognito.adminCreateUser({
      UserPoolId,
      Username,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: `${Username}@example.com` },
        { Name: 'email_verified', Value: 'true' },
      ],
    })
    await cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  }
  const byPassword = (server: TestServer, USERNAME: string) =>
    server.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: password },
    })
  await addUser('ann')
  await addUser('bob')
  const { AccessToken, RefreshToken } = (await byPassword(first, 'ann')).AuthenticationResult!
  const { RefreshToken: tokenOfBob } = (await byPassword(first, 'bob')).AuthenticationResult!
  const { SecretCode } = await cognito.associateSoftwareToken({ AccessToken })
  const totp = () => generate({ secret: SecretCode!, epoch: Math.floor(clock.now().getTime() / 1000) })
  await cognito.verifySoftwareToken({ AccessToken, UserCode: await totp() })
  await cognito.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } })
  const key = await keyWith(first, allow('cognito-idp:ListUserPools'))
  // Jobs rest: the mail with the code waits in the outbox.
  await cognito.forgotPassword({ ClientId, Username: 'bob' })
  clock.advance({ seconds: 30 })
  const halfway = await byPassword(first, 'ann')
  assert.equal(halfway.ChallengeName, 'SOFTWARE_TOKEN_MFA')
  await first.stopServer()

  await assert.rejects(start(next), /not the one this database was sealed with/)
  const [one, two] = [await start(next, former), await start(next, former)]
  assert.match(await linesOf(one, 'status'), /PREVIOUS is the key that everything is sealed with/)
  const columnsOfBefore = await columnsSealedWith(one, formerId)
  for (const column of ['outbox.sealed', 'sign_ins.sealed', 'mfa_settings.token_sealed', 'passwords.srp_sealed'])
    assert.ok(columnsOfBefore.includes(column), column)
  const waiting = await makeClient(two, 'before the rotation', true)

  // Killed in the middle.
  const stop = (line: string) => {
    if (line.startsWith('client_secrets')) throw new Error('killed')
  }
  await assert.rejects(command(one, 'rotate', stop), /killed/)
  assert.match(await linesOf(one, 'status'), /being rotated.*passwords\.srp_sealed: 2 to seal anew/s)
  await assert.rejects(start(next), /Set POOLHOUSE_MASTER_KEY_PREVIOUS/)
  await assert.rejects(start(former), /from before a rotation/)

  // One server has heard of it, the other has not: each opens what the other seals.
  await readMasterKey(one.ctx.db, one.ctx.keyring)
  const newer = await makeClient(one, 'sealed with the new key', true)
  const older = await makeClient(two, 'sealed with the former key', true)
  for (const server of [one, two])
    for (const { ClientId, ClientSecret } of [waiting, newer, older])
      assert.equal(
        (await server.cognito.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient!.ClientSecret,
        ClientSecret,
      )
  assert.ok(await signInBySrp(one, { UserPoolId, ClientId, username: 'bob', password }))
  const third = await start(next, former)
  assert.ok((await byPassword(third, 'bob')).AuthenticationResult)

  await readMasterKey(two.ctx.db, two.ctx.keyring)
  assert.match(await linesOf(one, 'rotate'), /Done: everything in the database/)
  assert.deepEqual(await columnsSealedWith(one, formerId), [])
  assert.match(await linesOf(one, 'rotate'), /nothing to rotate/)
  for (const server of [one, two, third]) await server.stopServer()

  await assert.rejects(start(former), /from before a rotation of the master key/)
  const last = await start(next, undefined, {})
  const answered = await last.cognito.respondToAuthChallenge({
    ClientId,
    ChallengeName: 'SOFTWARE_TOKEN_MFA',
    Session: halfway.Session,
    ChallengeResponses: { USERNAME: 'ann', SOFTWARE_TOKEN_MFA_CODE: await totp() },
  })
  assert.ok(answered.AuthenticationResult)
  for (const token of [RefreshToken, tokenOfBob]) {
    const refreshed = await last.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: token! },
    })
    const { AccessToken } = refreshed.AuthenticationResult!
    assert.ok((await last.cognito.getUser({ AccessToken })).Username)
  }
  assert.ok(await signInBySrp(last, { UserPoolId, ClientId, username: 'bob', password }))
  const { code } = await last.message({ to: 'bob@example.com' })
  await last.cognito.confirmForgotPassword({
    ClientId,
    Username: 'bob',
    ConfirmationCode: code,
    Password: 'Another-horse-2',
  })
  for (const { ClientId, ClientSecret } of [confidential, waiting, newer, older]) {
    const { UserPoolClient } = await last.cognito.describeUserPoolClient({ UserPoolId, ClientId })
    assert.equal(UserPoolClient!.ClientSecret, ClientSecret)
  }
  assert.ok((await cognitoOf(last, key).listUserPools({ MaxResults: 10 })).UserPools)
  assert.deepEqual((await adminOf(last).verifyEvents()).Faults, [])
  await last.stopServer()
})

test('a key that is rotated twice is forgotten, and hashes outlive both', async () => {
  const third = randomBytes(32)
  const keyrings = createKeyring(third, [next])
  const server = await start(third, next)
  const secret = server.ctx.keyring.derivationSecret()
  assert.deepEqual(secret, former)
  const set = { POOLHOUSE_MASTER_KEY: third, POOLHOUSE_MASTER_KEY_PREVIOUS: next }
  for (const [name, value] of Object.entries(set)) process.env[name] = value.toString('base64')
  const use: typeof withDatabase = (run) => run(server.ctx.db)
  await masterKeyCommand(['rotate'], { use, print: () => {}, wait: 0 }).finally(() => {
    for (const name of Object.keys(set)) delete process.env[name]
  })
  assert.deepEqual(await columnsSealedWith(server, keyrings.sealId('older')), [])
  await server.stopServer()
  const again = await start(third)
  assert.deepEqual(again.ctx.keyring.derivationSecret(), former)
  assert.deepEqual((await adminOf(again).verifyEvents()).Faults, [])
  await again.stopServer()
})
