import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { estimateUsers } from '../../src/pool/pools/user-count-store.ts'
import { isDistributed } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'

const server = await startTestServer()
after(() => server.close())

async function poolWith(users: number): Promise<string> {
  const { UserPool } = await server.cognito.createUserPool({ PoolName: 'p' })
  await sql`
    insert into users (pool_id, id, username, status, created_at, updated_at)
    select ${UserPool!.Id}, gen_random_uuid(), 'user' || n, 'CONFIRMED', now(), now()
    from generate_series(1, ${users}::int) n`.execute(server.ctx.db)
  return UserPool!.Id!
}

test('the users of a pool are counted exactly, those of other pools are not', async () => {
  const [few, many] = [await poolWith(3), await poolWith(250)]
  for (const [UserPoolId, count] of [
    [few, 3],
    [many, 250],
  ] as const) {
    const { UserPool } = await server.cognito.describeUserPool({ UserPoolId })
    assert.equal(UserPool!.EstimatedNumberOfUsers, count)
  }
})

test('more than can be counted quickly are estimated, never below what was counted', async () => {
  const { db } = server.ctx
  const poolId = await poolWith(2000)
  assert.ok((await estimateUsers(db, poolId, 100)) >= 101)
  await sql`analyze users`.execute(db)
  const estimate = await estimateUsers(db, poolId, 100)
  // Citus has no plan that tells how many rows it expects.
  if (isDistributed) assert.equal(estimate, 101)
  else assert.ok(estimate > 1500 && estimate < 2500, `${estimate}`)
})
