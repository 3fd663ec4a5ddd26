import { Kysely, type Transaction } from 'kysely'
import { PostgresJSDialect } from 'kysely-postgres-js'
import postgres from 'postgres'
import type { Tables } from './tables.ts'

/** The database, or an open transaction of it: what a store function needs to read and write. */
export type Db = Kysely<Tables>
/** An open transaction. A store function that locks takes this, so the compiler refuses it outside one. */
export type Trx = Transaction<Tables>

export interface DatabaseOptions {
  /** A `postgres://` URL, or where the embedded database listens. */
  connection: string | { host: string; port: number; username: string; database: string }
  maxConnections: number
  /** Off behind a pooler that gives each transaction another connection. */
  prepare: boolean
  onNotice?: (text: string) => void
}

/** 64-bit integers arrive as numbers: none of ours outgrows 2^53. */
const int8 = { to: 20, from: [20], serialize: (value: number) => String(value), parse: Number }

export function openDatabase(options: DatabaseOptions): { db: Db; sql: postgres.Sql; close(): Promise<void> } {
  const shared = {
    max: options.maxConnections,
    prepare: options.prepare,
    types: { int8 },
    connect_timeout: 10,
    onnotice: (notice: postgres.Notice) => options.onNotice?.(notice.message ?? ''),
    connection: { application_name: 'poolhouse', TimeZone: 'UTC' },
  }
  const sql =
    typeof options.connection === 'string'
      ? postgres(options.connection, shared)
      : postgres({ ...options.connection, ...shared })
  const db = new Kysely<Tables>({ dialect: new PostgresJSDialect({ postgres: sql as never }) })
  return { db, sql: sql as never, close: () => sql.end({ timeout: 5 }) }
}
