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
import type { Connections, ReservedConnection } from './connections.ts'

/** A statement failed, its error was passed over, and so PostgreSQL rolled back where it was told to commit. */
export class TransactionRolledBack extends Error {
  override name = 'TransactionRolledBack'

  constructor() {
    super('The transaction was rolled back: one of its statements had failed')
  }
}

/** Kysely over our connections. */
export function postgresDialect(connections: Connections): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(connections),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

type Reserved = DatabaseConnection & { reserved: ReservedConnection }

function createDriver(connections: Connections): Driver {
  const control = async (connection: DatabaseConnection, statement: string) =>
    (await (connection as Reserved).reserved.run(statement)).command

  return {
    init: async () => {},
    acquireConnection: async () => connectionOver(await connections.reserve()),
    async beginTransaction(connection, { isolationLevel, accessMode }) {
      const level = isolationLevel ? ` isolation level ${isolationLevel}` : ''
      await control(connection, `begin${level}${accessMode ? ` ${accessMode}` : ''}`)
    },
    async commitTransaction(connection) {
      if ((await control(connection, 'commit')) !== 'COMMIT') throw new TransactionRolledBack()
    },
    async rollbackTransaction(connection) {
      // Where the connection is gone, the database has rolled back already, and the first error is the one to tell.
      if (!(connection as Reserved).reserved.isLost()) await control(connection, 'rollback')
    },
    savepoint: (connection, name) => control(connection, `savepoint "${name}"`).then(() => {}),
    rollbackToSavepoint: (connection, name) => control(connection, `rollback to "${name}"`).then(() => {}),
    releaseSavepoint: (connection, name) => control(connection, `release "${name}"`).then(() => {}),
    releaseConnection: async (connection) => (connection as Reserved).reserved.release(),
    destroy: () => connections.end(),
  }
}

// `simple` is missing from the driver's types.
const extended = { prepare: true, simple: false } as { prepare: boolean }
const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function connectionOver(reserved: ReservedConnection): Reserved {
  return {
    reserved,
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const rows = await reserved.run(sql, parameters as never[], extended)
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
}
