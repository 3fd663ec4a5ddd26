import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { flushRecords } from '../../src/administration/audit/record-queue.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { otherPassword, scene } from './scene.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server?.close())

test('who deletes the account leaves nothing of themselves in any table', async () => {
  const { cognito } = server
  const people = await scene(server, {
    pool: {
      AliasAttributes: ['email', 'phone_number', 'preferred_username'],
      Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } },
    },
  })
  const { UserPoolId } = people
  const email = 'unforgettable@example.com'
  const phone_number = '+15555559876'
  const { UserSub } = await people.signUp('unforgettable', { email, phone_number })
  await people.confirm('unforgettable', await people.codeTo(email))
  await people.forget('unforgettable')
  await people.setForgotten('unforgettable', await people.codeTo(email, 2))
  const { AccessToken } = await people.signIn(email, otherPassword)
  await cognito.changePassword({ AccessToken, PreviousPassword: otherPassword, ProposedPassword: 'Third-Horse-9' })
  await cognito.updateUserAttributes({
    AccessToken,
    UserAttributes: [{ Name: 'preferred_username', Value: 'mostunforgettable' }],
  })
  await cognito.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'phone_number' })
  await cognito.createGroup({ UserPoolId, GroupName: 'staff' })
  await cognito.adminAddUserToGroup({ UserPoolId, GroupName: 'staff', Username: 'unforgettable' })
  await people.signIn('unforgettable', 'Wrong-Horse-9').catch(() => {})
  await people.forget('unforgettable')

  const traces = [UserSub!, 'unforgettable', '5555559876']
  const before = await tablesThatName(traces)
  for (const table of ['attempts', 'codes', 'group_members', 'login_names', 'outbox', 'passwords', 'users'])
    assert.ok(before.includes(table), table)

  await cognito.deleteUser({ AccessToken })
  await flushRecords(server.ctx)
  // The audit of what administrators did names people by their sub alone, and outlives them.
  assert.deepEqual(await tablesThatName(traces.filter((trace) => trace !== UserSub)), [])
  assert.deepEqual(await tablesThatName([UserSub!]), ['audit_records'])
  await assert.rejects(cognito.getUser({ AccessToken }), {
    name: 'UserNotFoundException',
    message: 'User does not exist.',
  })
  await assert.rejects(people.signIn(email), { name: 'UserNotFoundException' })

  const again = await people.signUp('unforgettable', { email })
  assert.notEqual(again.UserSub, UserSub)
})

/** Every row of every table as text: what is binary is looked at as it is, and what is hexadecimal beside it. */
async function tablesThatName(traces: string[]): Promise<string[]> {
  const { db } = server.ctx
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name`.execute(db)
  const wanted = traces.flatMap((trace) => [trace, Buffer.from(trace).toString('hex'), trace.replaceAll('-', '')])
  const named: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db)
    if (rows.some(({ row }) => wanted.some((text) => row.includes(text)))) named.push(name)
  }
  return named
}
