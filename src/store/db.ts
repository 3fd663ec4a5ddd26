import { Kysely, type Transaction } from 'kysely'
import postgres from 'postgres'
import { parseTextArray, serializeTextArray } from './arrays.ts'
import { createConnections } from './connections.ts'
import { postgresDialect } from './dialect.ts'
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
const textArray = { to: 1009, from: [1009, 1015], serialize: serializeTextArray, parse: parseTextArray }
const uuidArray = { to: 2951, from: [2951], serialize: serializeTextArray, parse: parseTextArray }

export function openDatabase(options: DatabaseOptions): { db: Db; close(): Promise<void> } {
  const connections = createConnections((onclose) => connect(options, onclose), options.maxConnections)
  const db = new Kysely<Tables>({ dialect: postgresDialect(connections) })
  return { db, close: () => connections.end() }
}

function connect(options: DatabaseOptions, onclose: () => void): postgres.Sql {
  const shared = {
    max: 1,
    prepare: options.prepare,
    types: { int8, textArray, uuidArray },
    fetch_types: false,
    // Left to itself the driver closes a connection after a while, even between two statements of a transaction.
    max_lifetime: null,
    connect_timeout: 10,
    onclose,
    onnotice: (notice: postgres.Notice) => options.onNotice?.(notice.message ?? ''),
    connection: { application_name: 'poolhouse', TimeZone: 'UTC' },
  }
  const sql =
    typeof options.connection === 'string'
      ? postgres(options.connection, shared)
      : postgres({ ...options.connection, ...shared })
  return sql as never
}
