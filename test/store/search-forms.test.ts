import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { up } from '../../migrations/0050_search_forms.ts'
import { isDistributed } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool } from '../users/scene.ts'

let server: TestServer
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  UserPoolId = await createPool(server, { UsernameConfiguration: { CaseSensitive: true } })
})
after(() => server?.close())

const searched = ['email', 'name', 'given_name', 'family_name', 'preferred_username']

/** As it was before forms were stored. */
async function returnToGeneratedColumns(): Promise<void> {
  const { db } = server.ctx
  // No table was distributed before this migration.
  if (isDistributed) await sql`select undistribute_table('users', true)`.execute(db)
  await sql`alter table users drop column search_forms`.execute(db)
  for (const name of searched)
    await sql`create index ${sql.id(`users_${name}`)} on users (pool_id, ${sql.id(name)}, id)
      where ${sql.id(name)} is not null`.execute(db)
}

const stored = () =>
  server.ctx.db
    .selectFrom('users')
    .select(['username', 'search_forms'])
    .where('pool_id', '=', UserPoolId)
    .orderBy('username')
    .execute()

const found = async (Filter: string) =>
  (await server.cognito.listUsers({ UserPoolId, Filter })).Users!.map(({ Username }) => Username)

test('users of before are folded as the program folds them', async () => {
  const people: Record<string, string>[] = [
    { email: 'lower@example.com', name: 'lower' },
    { email: 'Upper@Example.COM', name: 'UPPER [^_`]{|}~ 09', preferred_username: 'Nick' },
    { name: 'Élan', given_name: 'E\u0301lan', family_name: 'ΖΕΎΣ', email: 'Mixed@Example.com' },
    { name: 'İ'.repeat(1024), family_name: '\u0958\u0959\u095a\u095b'.repeat(170), given_name: '王' },
    { family_name: 'Only' },
    {},
  ]
  for (const [number, values] of people.entries())
    await server.cognito.adminCreateUser({
      UserPoolId,
      Username: `user${number}`,
      MessageAction: 'SUPPRESS',
      UserAttributes: attributes(values),
    })
  const written = await stored()
  assert.ok(written.some(({ search_forms }) => search_forms === null))

  await returnToGeneratedColumns()
  await up(server.ctx.db as unknown as Parameters<typeof up>[0])
  assert.deepEqual(await stored(), written)
  assert.deepEqual(await found('email = "UPPER@example.com"'), ['user1'])
  assert.deepEqual(await found('family_name ^= "ζεύ"'), ['user2'])
})

test('what an older release writes meanwhile is found as it is written, and no page is repeated', async () => {
  await sql`update users set attributes = attributes || '{"family_name": "Later"}'
    where pool_id = ${UserPoolId} and username = 'user4'`.execute(server.ctx.db)
  assert.deepEqual(await found('family_name = "only"'), [])
  const names: string[] = []
  let PaginationToken: string | undefined
  do {
    const page = await server.cognito.listUsers({ UserPoolId, Filter: 'family_name ^= ""', Limit: 1, PaginationToken })
    names.push(...page.Users!.map(({ Username }) => Username!))
    PaginationToken = page.PaginationToken
  } while (PaginationToken && names.length < 10)
  assert.deepEqual(names.sort(), ['user2', 'user3', 'user4'])
})
