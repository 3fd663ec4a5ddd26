import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { OperatorError } from '../lib/operator-error.ts'
import { type DatabaseOptions, type Db, openDatabase } from '../store/db.ts'
import { DatabaseUnavailable } from '../store/unavailable.ts'

class NoDatabase extends OperatorError {
  override name = 'NoDatabase'
}

/**
 * For commands that run beside a server: one connection to DATABASE_URL, or to the embedded database, whether it is
 * running or not.
 */
export async function withDatabase<T>(use: (db: Db) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = readConfig('dev', process.env)
  if (databaseUrl) return open(databaseUrl, use)
  const { connectEmbeddedDatabase, effectiveDataDir } = await import('../store/embedded/index.ts')
  if (!existsSync(join(await effectiveDataDir(dataDir), 'pgdata')))
    throw new NoDatabase(
      `DATABASE_URL is not set, and ${dataDir} holds no database of \`poolhouse dev\`. Set DATABASE_URL to the PostgreSQL ` +
        'that is meant, or POOLHOUSE_DATA_DIR to the folder of a development server.',
    )
  const embedded = await connectEmbeddedDatabase({ dataDir })
  try {
    return await open(embedded.connection, use)
  } finally {
    await embedded.stop()
  }
}

async function open<T>(connection: DatabaseOptions['connection'], use: (db: Db) => Promise<T>): Promise<T> {
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: false })
  try {
    return await use(db)
  } catch (error) {
    if (error instanceof DatabaseUnavailable && error.code === 'ECONNREFUSED')
      throw new NoDatabase(`The database does not answer (${error.code}). Is DATABASE_URL the one that is meant?`)
    throw error
  } finally {
    await close()
  }
}
