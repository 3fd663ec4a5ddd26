import { sql } from 'kysely'
import type { Db } from './db.ts'

/**
 * The settings that a session should have and has not. Direct connections set them themselves; poolers don't pass them
 * on.
 */
export async function missingSessionSettings(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_settings
    where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') and setting = '0'
      or name = 'jit' and setting = 'on'
    order by name`.execute(db)
  return rows.map(({ name }) => name)
}
