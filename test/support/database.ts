import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { type DatabaseOptions, openDatabase } from '../../src/store/db.ts'
import { compileNothing } from '../../src/store/distribute.ts'
import { migrate } from '../../src/store/migrate.ts'

export type Connection = DatabaseOptions['connection']

/**
 * The PostgreSQL that `test/run.ts` started or that TEST_DATABASE_URL names. Each test file works in a database of its
 * own, copied from one that has been migrated once.
 */
const server: Connection | undefined = process.env.POOLHOUSE_TEST_SERVER
  ? JSON.parse(process.env.POOLHOUSE_TEST_SERVER)
  : process.env.TEST_DATABASE_URL

/** With `citus`, TEST_DATABASE_URL is the coordinator of a cluster: its database there has the extension and the nodes. */
const distribution = process.env.TEST_DATABASE_DISTRIBUTION === 'citus' ? 'citus' : undefined

/** Whether each pool's rows are on one of several nodes. */
export const isDistributed = distribution !== undefined

const template = 'poolhouse_test_template'

export async function createTemplate(connection: Connection): Promise<void> {
  const nodes = await nodesOf(connection)
  for (const node of nodes) {
    await run(node, `drop database if exists ${template} with (force)`)
    await run(node, `create database ${template}`)
    if (distribution) await run(inDatabase(node, template), 'create extension citus')
  }
  const made = inDatabase(connection, template)
  if (distribution) await addNodes(made, nodes)
  const { db, close } = openDatabase({ connection: made, maxConnections: 1, prepare: true })
  await migrate(db, { distribution })
  await close()
  // Its own maintenance would be a session of the template, which can't be copied then.
  if (distribution) for (const node of nodes) await closeToSessions(node)
}

/** The coordinator first. */
async function nodesOf(connection: Connection): Promise<Connection[]> {
  if (!distribution) return [connection]
  const workers = await run(
    connection,
    'select nodename, nodeport from pg_dist_node where groupid > 0 order by groupid',
  )
  return [connection, ...workers.map(({ nodename, nodeport }) => atHost(connection, nodename, nodeport))]
}

async function addNodes(connection: Connection, [coordinator, ...workers]: Connection[]): Promise<void> {
  const { host, port } = hostOf(coordinator!)
  await run(connection, `select citus_set_coordinator_host('${host}', ${port})`)
  for (const worker of workers) {
    const { host, port } = hostOf(worker)
    await run(connection, `select citus_add_node('${host}', ${port})`)
  }
  await run(connection, `alter database ${template} set citus.shard_count = 4`)
}

async function closeToSessions(node: Connection): Promise<void> {
  await run(node, `alter database ${template} allow_connections false`)
  await run(node, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${template}'`)
}

export interface TestDatabase {
  connection: Connection
  drop(): Promise<void>
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `poolhouse_test_${randomBytes(6).toString('hex')}`
  await administer(`create database ${name} template ${template}`)
  const connection = inDatabase(requireServer(), name)
  if (distribution) await setUpNodes(connection)
  return {
    connection,
    drop: () => administer(`drop database if exists ${name} with (force)`),
  }
}

/** What `migrate` sets for a database is not copied with it. */
async function setUpNodes(connection: Connection): Promise<void> {
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: true })
  await compileNothing(db)
  await close()
}

async function administer(statement: string): Promise<void> {
  for (const node of await nodesOf(requireServer())) {
    // Two files that copy the template at the same moment exclude each other; the database says so at once.
    for (let attempt = 1; ; attempt++) {
      try {
        await run(node, statement)
        break
      } catch (error) {
        if ((error as { code?: string }).code !== '55006' || attempt === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }
}

async function run(connection: Connection, statement: string): Promise<postgres.RowList<postgres.Row[]>> {
  const sql = postgresOf(connection)
  try {
    return await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

function requireServer(): Connection {
  if (!server) throw new Error('Run the tests by `npm test -- FILE`, or set TEST_DATABASE_URL to a PostgreSQL')
  return server
}

function postgresOf(connection: Connection): postgres.Sql {
  const options = { max: 1, onnotice: () => {} }
  return typeof connection === 'string' ? postgres(connection, options) : postgres({ ...connection, ...options })
}

function hostOf(connection: Connection): { host: string; port: number } {
  if (typeof connection !== 'string') return connection
  const { hostname, port } = new URL(connection)
  return { host: hostname, port: Number(port || 5432) }
}

function atHost(connection: Connection, host: string, port: number): Connection {
  if (typeof connection !== 'string') return { ...connection, host, port }
  const parsed = new URL(connection)
  parsed.hostname = host
  parsed.port = String(port)
  return parsed.href
}

function inDatabase(connection: Connection, database: string): Connection {
  if (typeof connection !== 'string') return { ...connection, database }
  const parsed = new URL(connection)
  parsed.pathname = `/${database}`
  return parsed.href
}
