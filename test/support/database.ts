import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { type DatabaseOptions, openDatabase } from '../../src/store/db.ts'
import { migrate } from '../../src/store/migrate.ts'

export type Connection = DatabaseOptions['connection']

/**
 * The PostgreSQL that `test/run.ts` started or that TEST_DATABASE_URL names. Each test file works in a database of its
 * own, copied from one that has been migrated once.
 */
const server: Connection | undefined = process.env.POOLHOUSE_TEST_SERVER
  ? JSON.parse(process.env.POOLHOUSE_TEST_SERVER)
  : process.env.TEST_DATABASE_URL

const template = 'poolhouse_test_template'

export async function createTemplate(connection: Connection): Promise<void> {
  const sql = postgresOf(connection)
  await sql.unsafe(`drop database if exists ${template} with (force)`)
  await sql.unsafe(`create database ${template}`)
  await sql.end()
  const { db, close } = openDatabase({ connection: inDatabase(connection, template), maxConnections: 1, prepare: true })
  await migrate(db)
  await close()
}

export interface TestDatabase {
  connection: Connection
  drop(): Promise<void>
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `poolhouse_test_${randomBytes(6).toString('hex')}`
  await administer(`create database ${name} template ${template} strategy wal_log`)
  return {
    connection: inDatabase(requireServer(), name),
    drop: () => administer(`drop database if exists ${name} with (force)`),
  }
}

async function administer(statement: string): Promise<void> {
  const sql = postgresOf(requireServer())
  try {
    // Two files that copy the template at the same moment exclude each other; the database says so at once.
    for (let attempt = 1; ; attempt++) {
      try {
        await sql.unsafe(statement)
        return
      } catch (error) {
        if ((error as { code?: string }).code !== '55006' || attempt === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
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

function inDatabase(connection: Connection, database: string): Connection {
  if (typeof connection !== 'string') return { ...connection, database }
  const parsed = new URL(connection)
  parsed.pathname = `/${database}`
  return parsed.href
}
