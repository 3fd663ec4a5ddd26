import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Trx } from './db.ts'
import { runScript } from './dialect.ts'

export interface DdlBatch {
  /** The same transaction, for a migration. */
  db: Kysely<unknown>
  /** Sends what has been collected. */
  flush(): Promise<void>
}

/** What defines tables and indexes, without values: it has no result but its success. */
const isDefinition = ({ sql, parameters }: CompiledQuery) =>
  parameters.length === 0 && /^\s*(?:create|alter|drop)\s/i.test(sql)

/**
 * Sends definitions together, when another statement needs them or at the end: a new database takes 200, and waiting for
 * each of them takes as long as they do. Other statements are sent at once.
 */
export function batchDdl(trx: Trx): DdlBatch {
  let collected: string[] = []

  async function flush(): Promise<void> {
    if (collected.length === 0) return
    // A statement may end in a comment.
    const script = collected.join('\n;\n')
    collected = []
    await runScript(trx, script)
  }

  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      if (isDefinition(query)) {
        collected.push(query.sql)
        return { rows: [] }
      }
      await flush()
      return trx.executeQuery<R>(query as CompiledQuery<R>)
    },
    // biome-ignore lint/correctness/useYield: there is nothing to yield.
    async *streamQuery() {
      throw new Error('Nothing streams rows')
    },
  }
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driverOf(connection),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return { db, flush }
}

const refuseTransaction = async () => {
  throw new Error('Migrations run in one transaction')
}

const driverOf = (connection: DatabaseConnection) => ({
  init: async () => {},
  acquireConnection: async () => connection,
  beginTransaction: refuseTransaction,
  commitTransaction: refuseTransaction,
  rollbackTransaction: refuseTransaction,
  releaseConnection: async () => {},
  destroy: async () => {},
})
