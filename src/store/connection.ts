import type postgres from 'postgres'
import { currentSpan, spanned } from '../lib/spans.ts'
import type { Client, OpenClient } from './client.ts'
import { statementName } from './statement-name.ts'
import { ConnectionLost, DatabaseUnavailable } from './unavailable.ts'

export type Rows = postgres.RowList<postgres.Row[]>
export type Query = [statement: string, parameters?: never[], options?: postgres.UnsafeQueryOptions]

interface Statement {
  query: postgres.PendingQuery<postgres.Row[]>
  fail(error: Error): void
}

/** One connection to the database. Once it is lost it takes no further statement. */
export interface Connection {
  /** Undefined until the connection is open. */
  client: Client | undefined
  lost: boolean
  /** Statements that are under way. */
  pending: Set<Statement>
  /** How many checks in a row have found a statement under way and no answer since the check before. */
  quiet: number
  /** The last commit has not reached the standby. */
  unreplicated: boolean
}

export const newConnection = (): Connection => ({
  client: undefined,
  lost: false,
  pending: new Set(),
  quiet: 0,
  unreplicated: false,
})

/** Opens the client of a connection. It takes statements at once, unless several hosts have to be tried. */
export function openConnection(
  connection: Connection,
  open: OpenClient,
  lose: (connection: Connection) => void,
): Connection | Promise<Connection> {
  const opened = open({
    onClose: () => lose(connection),
    onUnreplicated: () => {
      connection.unreplicated = true
    },
  })
  if (!(opened instanceof Promise)) {
    connection.client = opened
    return connection
  }
  return opened.then(
    (client) => {
      connection.client = client
      if (connection.lost) client.destroy()
      return connection
    },
    (error) => {
      lose(connection)
      throw error
    },
  )
}

/** Fails what is under way on a lost connection, and closes its socket. */
export function destroyConnection(connection: Connection): void {
  // The driver forgets statements that were sent between the error and the end of a socket. Its own errors come first
  // and say more, so it gets the chance to report them.
  setImmediate(() => {
    for (const statement of connection.pending) statement.fail(new ConnectionLost())
    connection.client?.destroy()
  })
}

export interface StatementEvents {
  /** The database has answered. */
  onAnswer(): void
  lose(connection: Connection): void
}

export async function runStatement(
  connection: Connection,
  parameters: Query,
  { onAnswer, lose }: StatementEvents,
): Promise<Rows> {
  const cut = Promise.withResolvers<never>()
  const query = connection.client!.sql.unsafe(...parameters)
  keepValues(query)
  const statement: Statement = { query: query as never, fail: cut.reject }
  connection.pending.add(statement)
  try {
    const rows = await Promise.race([query, cut.promise])
    onAnswer()
    if (connection.unreplicated) throw new DatabaseUnavailable('The commit has not reached the standby')
    return rows
  } catch (error) {
    // The driver reports the end of the socket a little later. Nobody may get the connection in between.
    if (!endsConnection(error as postgres.PostgresError)) throw error
    lose(connection)
    throw error instanceof DatabaseUnavailable ? error : new ConnectionLost(error)
  } finally {
    connection.pending.delete(statement)
    connection.quiet = 0
    connection.unreplicated = false
  }
}

/** The span has the statement with its placeholders, never the values. */
export function traced(query: Query, work: () => Promise<Rows>): Promise<Rows> {
  if (!currentSpan()) return work()
  const [text] = query
  return spanned(statementName(text), work, 'client', { 'db.system.name': 'postgresql', 'db.query.text': text })
}

/**
 * When a table has got another column since a statement was prepared, the driver prepares it again and sends it again. By
 * then it has overwritten the values with their serialized text: a hash or a document would be encoded twice, and the
 * statement would find or store something else. So the driver gets the original values each time it asks for them.
 */
function keepValues(query: object): void {
  // On the class, once: a property defined on each query costs microseconds, and makes every access to it slow.
  const prototype: Kept = Object.getPrototypeOf(query)
  if (Object.hasOwn(prototype, 'parameters')) return
  Object.defineProperty(prototype, 'parameters', {
    get(this: Kept) {
      return this[original]?.slice()
    },
    set(this: Kept, values: unknown[] | undefined) {
      this[original] ??= values
    },
  })
}

const original = Symbol('original parameters')

interface Kept {
  [original]?: unknown[] | undefined
}

/** The process id of the server's backend that runs the connection's oldest statement; known once it is connected. */
export function backendOf({ pending }: Connection): number | undefined {
  const [oldest] = pending
  return (oldest?.query as unknown as { state?: { pid: number | null } } | undefined)?.state?.pid || undefined
}

/** Whether the server has hung up or takes no more writes, or the driver or the system can't reach it. */
const endsConnection = (error: postgres.PostgresError | DatabaseUnavailable): boolean => {
  if (error instanceof DatabaseUnavailable) return true
  const { severity, code = '' } = error
  return (
    severity === 'FATAL' || severity === 'PANIC' || code === '25006' || (!severity && /^(CONNECT|E[A-Z]+$)/.test(code))
  )
}
