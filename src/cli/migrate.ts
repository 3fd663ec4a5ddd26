import { migrate } from '../store/migrate.ts'
import { withDatabase } from './with-database.ts'

export async function migrateCommand(): Promise<void> {
  const applied = await withDatabase(migrate)
  console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The schema is up to date.')
}
