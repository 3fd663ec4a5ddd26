import { readConfig } from '../config.ts'
import { type DatabaseOptions, openDatabase } from '../store/db.ts'
import { migrate } from '../store/migrate.ts'

export async function migrateCommand(): Promise<void> {
  const { databaseUrl, dataDir } = readConfig('dev', process.env)
  if (databaseUrl) return run(databaseUrl)
  const { connectEmbeddedDatabase } = await import('../store/embedded/index.ts')
  const embedded = await connectEmbeddedDatabase({ dataDir })
  try {
    await run(embedded.connection)
  } finally {
    await embedded.stop()
  }
}

async function run(connection: DatabaseOptions['connection']): Promise<void> {
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: false })
  try {
    const applied = await migrate(db)
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The schema is up to date.')
  } finally {
    await close()
  }
}
