import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Db } from '../../src/context.ts'
import { findPool, type Pool } from '../../src/pool/pools/pool.ts'
import { parseUserFilter } from '../../src/pool/users/user-filter.ts'
import { positionOf, searchUsers, userSearchQuery } from '../../src/pool/users/user-search-store.ts'
import { isDistributed } from '../support/database.ts'
import { insertManyUsers } from '../support/many-users.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { createPool } from './scene.ts'

// What a page may touch: some index pages and one table page for each of its users.
const maxBlocks = 150
const limit = 61
const middle = '7fffffff-0000-4000-8000-000000000000'

let server: TestServer
let pool: Pool

before(async () => {
  server = await startTestServer()
  const poolId = await createPool(server)
  pool = (await findPool(server.ctx, poolId))!
  await insertManyUsers(server.ctx.db, poolId, 50_000)
})
after(() => server?.close())

for (const filter of [
  '',
  'username = "user777"',
  'username ^= "user7"',
  'username ^= ""',
  'email = "user777@example.com"',
  'email ^= "user7"',
  'email ^= ""',
  'phone_number = "+15550000777"',
  'phone_number ^= "+15550"',
  'name = "Name 777"',
  'name ^= "Name 7"',
  'given_name = "Given 77"',
  'given_name ^= "Given 7"',
  'family_name = "Family 7"',
  'family_name ^= "Family"',
  'family_name = "Nobody"',
  'preferred_username = "nick770"',
  'preferred_username ^= "nick7"',
  'preferred_username ^= ""',
  'cognito:user_status = "UNCONFIRMED"',
  'cognito:user_status = "CONFIRMED"',
  'cognito:user_status = "RESET_REQUIRED"',
  'cognito:user_status ^= "CO"',
  'status = "Enabled"',
  'status = "Disabled"',
  'status ^= "Dis"',
  'sub = "f1c15925-8841-1002-af34-0cbaedd6fc33"',
  'sub ^= "f"',
]) {
  test(`${filter || 'no filter'} reads an index, on its first page and its next`, async () => {
    const search = parseUserFilter(pool, filter)
    assert.ok(search.by !== 'nobody')
    const searches =
      search.by === 'status' ? search.statuses.map((status) => ({ by: 'one status' as const, status })) : [search]

    const first = await searchUsers(server.ctx.db, pool.id, search, { after: undefined, limit })
    const next = first.length > 0 ? positionOf(first.at(-1)!) : { id: middle, value: '' }
    for (const after of [undefined, next]) {
      for (const one of searches) {
        const query = userSearchQuery(server.ctx.db, pool.id, one, { after, limit }).compile()
        for (const mode of ['force_custom_plan', 'force_generic_plan']) {
          const plan = await explain(query, mode)
          assert.ok(!plan.nodes.includes('Seq Scan'), `${mode}: ${plan.nodes.join(', ')}`)
          assert.ok(plan.blocks <= maxBlocks, `${mode}: ${plan.blocks} blocks by ${plan.nodes.join(', ')}`)
        }
      }
    }
  })
}

interface PlanNode {
  'Node Type': string
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: PlanNode[]
}

type Explained = { Plan: PlanNode }[]

/** The plan of the node that has the pool. */
interface Distributed {
  'Distributed Query'?: { Job: { Tasks: { 'Remote Plan': Explained[] }[] } }
}

async function explain(query: CompiledQuery, mode: string): Promise<{ nodes: string[]; blocks: number }> {
  return server.ctx.db.connection().execute(async (db) => {
    const values = query.parameters.map((value) => sql.lit(value))
    try {
      await sql`set plan_cache_mode = ${sql.raw(mode)}`.execute(db)
      const asked = isDistributed ? withValues(query, values) : await prepared(db, query, values)
      const { rows } = await sql<{ 'QUERY PLAN': Explained }>`
        explain (analyze, buffers, format json) ${asked}`.execute(db)
      const root = planOf(rows[0]!['QUERY PLAN'])
      const names = (node: PlanNode): string[] => [node['Node Type'], ...(node.Plans ?? []).flatMap(names)]
      return { nodes: names(root), blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'] }
    } finally {
      await sql`deallocate all`.execute(db)
      await sql`reset plan_cache_mode`.execute(db)
    }
  })
}

/** A prepared statement, since that is how the server runs it. */
async function prepared(db: Db, query: CompiledQuery, values: RawBuilder<unknown>[]): Promise<RawBuilder<unknown>> {
  await sql.raw(`prepare looked_at as ${query.sql}`).execute(db)
  return sql`execute looked_at(${sql.join(values)})`
}

/** Citus' answer about a prepared statement is no JSON. */
function withValues(query: CompiledQuery, values: RawBuilder<unknown>[]): RawBuilder<unknown> {
  const pieces = query.sql.split(/\$(\d+)/).map((piece, at) => (at % 2 ? values[Number(piece) - 1]! : sql.raw(piece)))
  return sql.join(pieces, sql``)
}

function planOf([explained]: Explained): PlanNode {
  const { Plan } = explained!
  const tasks = (Plan as Distributed)['Distributed Query']?.Job.Tasks
  return tasks ? planOf(tasks[0]!['Remote Plan'][0]!) : Plan
}
