import { Kysely, type KyselyPlugin, type Transaction } from 'kysely'
import { clientOpener } from './client.ts'
import { createConnections, type DatabaseFigures } from './connections.ts'
import { postgresDialect } from './dialect.ts'
import type { Note } from './noted.ts'
import type { Tables } from './tables.ts'

/** The database, or an open transaction of it: what a store function needs to read and write. */
export type Db = Kysely<Tables>
/** An open transaction. A store function that locks takes this, so the compiler refuses it outside one. */
export type Trx = Transaction<Tables>

/** Time limits, in milliseconds. */
export interface DatabaseLimits {
  connect: number
  statement: number
  lock: number
  /** Max wait for a free connection. */
  wait: number
}

export interface DatabaseOptions {
  /** A `postgres://` URL, or where the embedded database listens. */
  connection: string | { host: string; port: number; username: string; database: string }
  maxConnections: number
  /** Off behind a pooler that runs each transaction on another connection. */
  prepare: boolean
  /** Only servers set limits; commands wait as long as it takes. */
  limits?: DatabaseLimits
  onNotice?: (text: string) => void
}

export interface Database {
  db: Db
  /** The same database, for a caller that stores this note with its first change. */
  noting(note: Note, plugins: readonly KyselyPlugin[]): Db
  /** Checks that the database answers, whatever its users wait for. @throws DatabaseUnavailable within three seconds */
  check(): Promise<void>
  figures(): DatabaseFigures
  /** Closes connections that nobody uses, all but two. */
  closeIdle(): Promise<void>
  close(): Promise<void>
}

export function openDatabase(options: DatabaseOptions): Database {
  const connections = createConnections(clientOpener(options), {
    max: options.maxConnections,
    wait: options.limits?.wait,
    backendsAreKnown: options.prepare,
    statement: options.limits?.statement,
  })
  const db = new Kysely<Tables>({ dialect: postgresDialect(connections) })
  return {
    db,
    noting: (note, plugins) =>
      new Kysely<Tables>({ dialect: postgresDialect(connections, note), plugins: [...plugins] }),
    check: connections.check,
    figures: connections.figures,
    closeIdle: connections.closeIdle,
    close: connections.end,
  }
}
