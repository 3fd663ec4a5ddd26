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
  const marks = new Map<string | symbol, symbol>()
  const names = new Map<unknown, keyof Values>()
  const placeholders = new Proxy({} as Values, {
    get(_target, name) {
      const mark = marks.get(name) ?? Symbol(String(name))
      marks.set(name, mark)
      names.set(mark, name as keyof Values)
      return mark
    },
  })
  const built = build(db, placeholders)
  const query = sendOnce('compile' in built ? built.compile() : built, names)
  return { query, names: query.parameters.map((parameter) => names.get(parameter)) }
}

/** A value that a statement names several times is one parameter: each costs the driver and the database time. */
function sendOnce<Row>(query: CompiledQuery<Row>, names: ReadonlyMap<unknown, unknown>): CompiledQuery<Row> {
  const parameters: unknown[] = []
  const numbers = query.parameters.map((parameter) => {
    const known = names.has(parameter) ? parameters.indexOf(parameter) : -1
    return known < 0 ? parameters.push(parameter) : known + 1
  })
  let count = 0
  const text = query.sql.replace(/\$(\d+)/g, (placeholder, number) => {
    if (Number(number) !== ++count) throw new Error(`${placeholder} is not the ${count}th placeholder of ${query.sql}`)
    return `$${numbers[count - 1]}`
  })
  return { ...query, sql: text, parameters }
}
