import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { isQuickRead } from './compiled.ts'
import type { Connections, ReservedConnection } from './connections.ts'
import type { Trx } from './db.ts'
import { isChange, type Note, withNote } from './noted.ts'

/**
 * A statement of the transaction failed and its error was ignored, so PostgreSQL answered the commit with a rollback.
 */
export class TransactionRolledBack extends Error {
  override name = 'TransactionRolledBack'

  constructor() {
    super('The transaction was rolled back: one of its statements had failed')
  }
}

/** A Kysely dialect over these connections. With a note, the first change stores it too. */
export function postgresDialect(connections: Connections, note?: Note): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(connections, note),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

/** Kysely's view of a connection. One is reserved when it is needed: a quick read needs none. */
interface Handle extends DatabaseConnection {
  reserved?: ReservedConnection
  inTransaction: boolean
  /** Whether the open transaction has stored the note. */
  hasNote: boolean
}

function createDriver(connections: Connections, note: Note | undefined): Driver {
  const reserve = async (handle: Handle) => {
    handle.reserved ??= await connections.reserve()
    return handle.reserved
  }
  const control = async (connection: DatabaseConnection, statement: string) =>
    (await (await reserve(connection as Handle)).run(statement)).command

  return {
    init: async () => {},
    acquireConnection: async () => handleOver(connections, reserve, note),
    async beginTransaction(connection, { isolationLevel, accessMode }) {
      const level = isolationLevel ? ` isolation level ${isolationLevel}` : ''
      await control(connection, `begin${level}${accessMode ? ` ${accessMode}` : ''}`)
      Object.assign(connection, { inTransaction: true, hasNote: false })
    },
    async commitTransaction(connection) {
      if ((await control(connection, 'commit')) !== 'COMMIT') throw new TransactionRolledBack()
      if (note && (connection as Handle).hasNote) note.isCommitted = true
      Object.assign(connection, { inTransaction: false, hasNote: false })
    },
    async rollbackTransaction(connection) {
      Object.assign(connection, { inTransaction: false, hasNote: false })
      // If the connection is gone, the database has rolled back already, and the first error is the one to report.
      if (!(connection as Handle).reserved?.isLost()) await control(connection, 'rollback')
    },
    savepoint: (connection, name) => control(connection, `savepoint "${name}"`).then(() => {}),
    rollbackToSavepoint(connection, name) {
      // It is unknown whether the note was written; writing it twice does no harm.
      Object.assign(connection, { hasNote: false })
      return control(connection, `rollback to "${name}"`).then(() => {})
    },
    releaseSavepoint: (connection, name) => control(connection, `release "${name}"`).then(() => {}),
    releaseConnection: async (connection) => (connection as Handle).reserved?.release(),
    destroy: () => connections.end(),
  }
}

/** Runs statements without values, together, on the connection of a transaction. */
export const runScript = (trx: Trx, script: string): Promise<void> =>
  trx.getExecutor().provideConnection(async (connection) => {
    await (connection as Handle).reserved!.run(script)
  })

// `simple` is missing from the driver's types.
const extended = { prepare: true, simple: false } as { prepare: boolean }
const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function handleOver(
  connections: Connections,
  reserve: (handle: Handle) => Promise<ReservedConnection>,
  note: Note | undefined,
): Handle {
  const handle: Handle = {
    inTransaction: false,
    hasNote: false,
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const takesNote = note !== undefined && !note.isCommitted && !handle.hasNote && isChange(query.sql)
      const { sql, parameters } = takesNote ? withNote(note, query) : query
      const isShared = !handle.reserved && isQuickRead(query)
      const run = isShared ? connections.read : (handle.reserved ?? (await reserve(handle))).run
      const rows = await run(sql, parameters as never[], extended)
      if (takesNote && handle.inTransaction) handle.hasNote = true
      else if (takesNote) note.isCommitted = true
      return {
        rows: Array.from(rows) as never,
        ...(changing.has(rows.command) && { numAffectedRows: BigInt(rows.count) }),
      }
    },
    // biome-ignore lint/correctness/useYield: there is nothing to yield.
    async *streamQuery() {
      throw new Error('Nothing streams rows')
    },
  }
  return handle
}
