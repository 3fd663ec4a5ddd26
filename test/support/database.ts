import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { openDatabase } from '../../src/store/db.ts'
import { migrate } from '../../src/store/migrate.ts'

/**
 * The PostgreSQL that `test/run.ts` started or that TEST_DATABASE_URL names. Each test file works in a database of its
 * own, copied from one that has been migrated once.
 */
export const serverUrl = process.env.POOLHOUSE_TEST_SERVER_URL ?? process.env.TEST_DATABASE_URL

const template = 'poolhouse_test_template'

export async function createTemplate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  await sql.unsafe(`drop database if exists ${template}`)
  await sql.unsafe(`create database ${template}`)
  await sql.end()
  const { db, close } = openDatabase({ connection: urlOf(url, template), maxConnections: 1, prepare: true })
  await migrate(db)
  await close()
}

export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  if (!serverUrl) throw new Error('Run the tests by `npm test -- FILE`, or set TEST_DATABASE_URL to a PostgreSQL')
  const name = `poolhouse_test_${randomBytes(6).toString('hex')}`
  await administer(`create database ${name} template ${template} strategy wal_log`)
  return {
    url: urlOf(serverUrl, name),
    drop: () => administer(`drop database if exists ${name} with (force)`),
  }
}

async function administer(statement: string): Promise<void> {
  const sql = postgres(serverUrl!, { max: 1, onnotice: () => {} })
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

function urlOf(url: string, database: string): string {
  const parsed = new URL(url)
  parsed.pathname = `/${database}`
  return parsed.href
}
