import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { flushRecords } from '../../src/administration/audit/record-queue.ts'
import { issueCode } from '../../src/pool/codes/code.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool, inside } from './scene.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

test('no table contains anything of a deleted user', async () => {
  const { cognito, ctx } = server
  const UserPoolId = await createPool(server, {
    AliasAttributes: ['email', 'phone_number', 'preferred_username'],
    Policies: { PasswordPolicy: { MinimumLength: 6, PasswordHistorySize: 3 } },
  })
  const { UserPoolClient } = await cognito.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  const Username = 'unforgettable'
  await cognito.adminCreateUser({
    UserPoolId,
    Username,
    TemporaryPassword: 'first1',
    DesiredDeliveryMediums: ['EMAIL', 'SMS'],
    UserAttributes: attributes({
      email: 'unforgettable@example.com',
      email_verified: 'true',
      phone_number: '+15555559876',
      phone_number_verified: 'true',
      preferred_username: 'mostunforgettable',
    }),
  })
  await cognito.adminSetUserPassword({ UserPoolId, Username, Password: 'second', Permanent: true })
  await cognito.createGroup({ UserPoolId, GroupName: 'staff' })
  await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'staff', Username })
  await cognito.adminResetUserPassword({ UserPoolId, Username })

  // What sign-ins and sessions leave behind, put there by hand.
  const { user } = await inside(server, UserPoolId, Username)
  const id = user!.id
  const now = ctx.clock.now()
  const later = new Date(now.getTime() + 3_600_000)
  const pool_id = UserPoolId
  const own = { pool_id, user_id: id, client_id: UserPoolClient!.ClientId!, created_at: now, expires_at: later }
  await issueCode(ctx.db, ctx, { poolId: pool_id, userId: id, purpose: 'verify:email', lifetime: 60, value: 'x' })
  await ctx.db
    .insertInto('attempts')
    .values({ pool_id, kind: 'password', subject: id, failures: 2, expires_at: later })
    .execute()
  await ctx.db
    .insertInto('sign_ins')
    .values({ ...own, id, session_hash: randomBytes(32), challenge: 'PASSWORD_VERIFIER', state: { Username } })
    .execute()
  await ctx.db
    .insertInto('token_families')
    .values({ ...own, origin_jti: id, event_id: id, scope: '', surface: 'api', auth_time: now, proven: {} })
    .execute()
  await ctx.db
    .insertInto('refresh_tokens')
    .values({ pool_id, token_hash: randomBytes(32), origin_jti: id, issued_at: now, usable_until: later })
    .execute()
  const { client_id, ...record } = own
  await ctx.db
    .insertInto('oauth_records')
    .values({ ...record, model: 'Session', id_hash: randomBytes(32), sealed: randomBytes(32) })
    .execute()

  const traces = [id, 'unforgettable', '5555559876']
  const before = await tablesThatName(traces)
  for (const table of [
    'attempts',
    'codes',
    'group_members',
    'login_names',
    'oauth_records',
    'outbox',
    'password_history',
    'passwords',
    'refresh_tokens',
    'sign_ins',
    'token_families',
    'users',
  ])
    assert.ok(before.includes(table), table)

  await cognito.adminDeleteUser({ UserPoolId, Username })
  await flushRecords(server.ctx)
  // The audit of what administrators did names people by their sub alone, and outlives them.
  assert.deepEqual(await tablesThatName(traces.filter((trace) => trace !== id)), [])
  assert.deepEqual(await tablesThatName([id]), ['audit_records'])
  await assert.rejects(cognito.adminGetUser({ UserPoolId, Username }), { name: 'UserNotFoundException' })
  await assert.rejects(cognito.adminDeleteUser({ UserPoolId, Username }), { name: 'UserNotFoundException' })
})

test('the name of a deleted user is free, and its next owner is a different user', async () => {
  const { cognito } = server
  const UserPoolId = await createPool(server)
  const create = () => cognito.adminCreateUser({ UserPoolId, Username: 'phoenix' })
  const first = await create()
  await cognito.adminDeleteUser({ UserPoolId, Username: 'phoenix' })
  const second = await create()
  assert.notDeepEqual(first.User!.Attributes, second.User!.Attributes)
})

async function tablesThatName(traces: string[]): Promise<string[]> {
  const { db } = server.ctx
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name`.execute(db)
  const named: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db)
    if (rows.some(({ row }) => traces.some((trace) => row.includes(trace)))) named.push(name)
  }
  return named
}
