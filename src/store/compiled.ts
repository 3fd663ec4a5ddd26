import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Db } from './db.ts'

/**
 * A query that is built once and executed with different values, for hot paths, where building costs as much as
 * sending. In `build`, each member of `values` is a placeholder: it can be passed on, but not read or spread.
 */
export function compiled<Values extends object, Row>(
  build: (db: Db, values: Values) => Compilable<Row> | CompiledQuery<Row>,
): (db: Db, values: Values) => Promise<QueryResult<Row>> {
  const fill = compiledQuery(build)
  return (db, values) => db.executeQuery(fill(db, values))
}

/**
 * Like `compiled`, for a statement that reads a few rows by key and locks none. Outside a transaction it may share a
 * connection with other reads, and is sent again if that connection is lost.
 */
export function compiledRead<Values extends object, Row>(
  build: (db: Db, values: Values) => Compilable<Row> | CompiledQuery<Row>,
): (db: Db, values: Values) => Promise<QueryResult<Row>> {
  const fill = compiledQuery(build)
  return (db, values) => {
    const query: QuickRead<Row> = { ...fill(db, values), isQuickRead: true }
    return db.executeQuery(query)
  }
}

interface QuickRead<Row> extends CompiledQuery<Row> {
  isQuickRead?: true
}

/** Whether the query can run on the shared connection. */
export const isQuickRead = (query: QuickRead<unknown>): boolean => query.isQuickRead === true

/** Like `compiled`, but returns the query for the caller to execute. */
export function compiledQuery<Values extends object, Row>(
  build: (db: Db, values: Values) => Compilable<Row> | CompiledQuery<Row>,
): (db: Db, values: Values) => CompiledQuery<Row> {
  let template: { query: CompiledQuery<Row>; names: (keyof Values | undefined)[] } | undefined

  return (db, values) => {
    template ??= compile(build, db)
    const { query, names } = template
    const parameters = query.parameters.map((constant, position) => {
      const name = names[position]
      return name === undefined ? constant : values[name]
    })
    return { ...query, parameters }
  }
}

function compile<Values extends object, Row>(
  build: (db: Db, values: Values) => Compilable<Row> | CompiledQuery<Row>,
  db: Db,
) {
  const named = new Map<unknown, keyof Values>()
  const marks = new Proxy({} as Values, {
    get(_target, name) {
      const mark = Symbol(String(name))
      named.set(mark, name as keyof Values)
      return mark
    },
  })
  const built = build(db, marks)
  const query = 'compile' in built ? built.compile() : built
  return { query, names: query.parameters.map((parameter) => named.get(parameter)) }
}
