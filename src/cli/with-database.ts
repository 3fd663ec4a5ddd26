import { readConfig } from '../config.ts'
import { type DatabaseOptions, type Db, openDatabase } from '../store/db.ts'

/** For commands beside a server: one connection to DATABASE_URL, or to the embedded database, running or not. */
export async function withDatabase<T>(use: (db: Db) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = readConfig('dev', process.env)
  if (databaseUrl) return open(databaseUrl, use)
  const { connectEmbeddedDatabase } = await import('../store/embedded/index.ts')
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
  } finally {
    await close()
  }
}
