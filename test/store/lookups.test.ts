import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestServer, type TestServer } from '../support/server.ts'
import { signInBySrp } from '../support/srp-sign-in.ts'

// How PostgreSQL finds what a call needs before it has counted any table: by keys, or by reading whole pools.

const users = 300
const password = 'Correct-horse-1-battery'
/** Rows and index entries of a call that looks everything up. One that reads a pool reads more than it has users. */
const maxRows = 120

let server: TestServer
let UserPoolId: string
let ClientId: string
let tokens: { AccessToken: string; RefreshToken: string }
let names = 0
let takesFigures = false

before(async () => {
  server = await startTestServer({ databasePoolSize: 1 }, { jobs: false })
  const { rows } = await sql<{ version: number }>`select current_setting('server_version_num')::int as version`.execute(
    server.ctx.db,
  )
  takesFigures = rows[0]!.version >= 180_000
  if (!takesFigures) return
  // Nor are they to be counted meanwhile.
  await sql`
    do $$ declare relation regclass; begin
      for relation in select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
        execute format('alter table %s set (autovacuum_enabled = off)', relation);
      end loop;
    end $$`.execute(server.ctx.db)
  const { cognito } = server
  const { UserPool } = await cognito.createUserPool({ PoolName: 'people' })
  UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  ClientId = UserPoolClient!.ClientId!
  // While there is next to nothing to read: what is planned now is used ever after.
  await makeUser('person-0')
  await makeUser('person-1')
  tokens = await signIn('person-0')
  for (let time = 0; time < 7; time++) for (const call of Object.values(calls)) await call('person-1')
  for (let number = 2; number < users; number++) await makeUser(`person-${number}`)
  const SRP_A = randomBytes(384).toString('hex')
  for (let number = 0; number < users; number++)
    await cognito.initiateAuth({
      ClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: `person-${number % 20}`, SRP_A },
    })
  for (let number = 0; number < 60; number++) await signIn(`person-${number % 20}`)
})
after(() => server?.close())

async function makeUser(Username: string) {
  await server.cognito.adminCreateUser({
    UserPoolId,
    Username,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: `${Username}@example.com` },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  if (Number(Username.split('-')[1]) < 20)
    await server.cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
}

async function signIn(USERNAME: string) {
  const { AuthenticationResult } = await server.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: password },
  })
  return AuthenticationResult as { AccessToken: string; RefreshToken: string }
}

const calls: Record<string, (Username: string) => Promise<unknown>> = {
  'a sign-in by password': signIn,
  'a sign-in by SRP': (username) => signInBySrp(server, { UserPoolId, ClientId, username, password }),
  'a refresh': () =>
    server.cognito.initiateAuth({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken },
    }),
  GetUser: () => server.cognito.getUser({ AccessToken: tokens.AccessToken }),
  UpdateUserAttributes: () =>
    server.cognito.updateUserAttributes({
      AccessToken: tokens.AccessToken,
      UserAttributes: [{ Name: 'given_name', Value: 'Ada' }],
    }),
  SignUp: () => {
    const Username = `new-${names++}`
    const UserAttributes = [{ Name: 'email', Value: `${Username}@example.com` }]
    return server.cognito.signUp({ ClientId, Username, Password: password, UserAttributes })
  },
  AdminGetUser: (Username) => server.cognito.adminGetUser({ UserPoolId, Username }),
  AdminUpdateUserAttributes: (Username) =>
    server.cognito.adminUpdateUserAttributes({
      UserPoolId,
      Username,
      UserAttributes: [{ Name: 'given_name', Value: 'Ada' }],
    }),
  AdminDisableUser: (Username) => server.cognito.adminDisableUser({ UserPoolId, Username }),
  AdminEnableUser: (Username) => server.cognito.adminEnableUser({ UserPoolId, Username }),
  'a sign-in and RevokeToken': async (Username) => {
    const { RefreshToken } = await signIn(Username)
    await server.cognito.revokeToken({ ClientId, Token: RefreshToken })
  },
  'AdminCreateUser and AdminDeleteUser': async () => {
    const Username = `brief-${names++}`
    await server.cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' })
    await server.cognito.adminDeleteUser({ UserPoolId, Username })
  },
}

for (const [name, call] of Object.entries(calls)) {
  test(`${name} looks up what it needs among ${users} users and as many sessions, in tables not yet counted`, async (t) => {
    if (!takesFigures) return t.skip('PostgreSQL before 18 cannot be told what to expect')
    const before = await rowsRead()
    await call('person-7')
    const read = await rowsRead()
    const more = [...read].map(([index, rows]) => [index, rows - (before.get(index) ?? 0)] as const)
    const sum = more.reduce((sum, [, rows]) => sum + rows, 0)
    const found = more.filter(([, rows]) => rows > 10).map(([index, rows]) => `${rows} by ${index}`)
    assert.ok(sum <= maxRows, `read ${sum}: ${found.join(', ')}`)
  })
}

/** So far, by index, and by table where none was used. The one connection of the server tells its own figures at once. */
async function rowsRead(): Promise<Map<string, number>> {
  const { db } = server.ctx
  await sql`select pg_stat_force_next_flush()`.execute(db)
  const { rows } = await sql<{ name: string; rows: number }>`
    select indexrelname as name, idx_tup_read as rows from pg_stat_user_indexes
    union all select relname, seq_tup_read from pg_stat_user_tables`.execute(db)
  return new Map(rows.map(({ name, rows }) => [name, rows]))
}
