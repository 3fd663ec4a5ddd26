import { readConfig } from '../config.ts'
import { migrate } from '../store/migrate.ts'
import { withDatabase } from './with-database.ts'

export async function migrateCommand(): Promise<void> {
  const { databaseDistribution: distribution } = readConfig('dev', process.env)
  const { applied, distributed } = await withDatabase((db) => migrate(db, { distribution }))
  console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The schema is up to date.')
  if (distributed.length > 0) console.log(`Distributed ${distributed.join(', ')}.`)
}
