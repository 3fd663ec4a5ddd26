import type postgres from 'postgres'

type Rows = postgres.RowList<postgres.Row[]>
type Query = [statement: string, parameters?: never[], options?: postgres.UnsafeQueryOptions]

export interface ReservedConnection {
  run(...query: Query): Promise<Rows>
  isLost(): boolean
  release(): void
}

export interface Connections {
  /** A connection for one user at a time; the next to ask waits once all are taken. */
  reserve(): Promise<ReservedConnection>
  end(): Promise<void>
}

/** The connection went away under a transaction, which is gone with it. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost'

  constructor() {
    super('The connection to the database was lost')
  }
}

interface Connection {
  sql: postgres.Sql
  lost: boolean
  /** Ends the wait of statements that are under way. */
  pending: Set<(error: Error) => void>
}

/**
 * A pool of our own over clients of postgres.js with one connection each. Its own pool hands out connections that have
 * been closed meanwhile, where the next statement ends the process, or waits for ever (porsager/postgres issues 1066,
 * 1154 and 1208). Here a connection that was lost takes no further statement, so that the rest of a transaction cannot
 * run on another one, and is thrown away. The one used last is used next: fewer of them are kept busy, and warm.
 */
export function createConnections(connect: (onclose: () => void) => postgres.Sql, max: number): Connections {
  const all = new Set<Connection>()
  const idle: Connection[] = []
  const waiting: PromiseWithResolvers<Connection>[] = []
  let ended = false

  function open(): Connection {
    const connection: Connection = { lost: false, pending: new Set(), sql: connect(() => lose(connection)) }
    all.add(connection)
    return connection
  }

  function lose(connection: Connection): void {
    if (connection.lost) return
    connection.lost = true
    all.delete(connection)
    const position = idle.indexOf(connection)
    if (position >= 0) idle.splice(position, 1)
    if (!ended) waiting.shift()?.resolve(open())
    // The driver forgets statements that were sent between the error and the end of a socket. What it does answer comes
    // first and says more.
    setImmediate(() => {
      for (const fail of connection.pending) fail(new ConnectionLost())
      connection.sql.end({ timeout: 0 }).catch(() => {})
    })
  }

  async function run(connection: Connection, query: Query): Promise<Rows> {
    if (connection.lost) throw new ConnectionLost()
    const cut = Promise.withResolvers<never>()
    connection.pending.add(cut.reject)
    try {
      return await Promise.race([connection.sql.unsafe(...query), cut.promise])
    } catch (error) {
      // The end of the socket is heard of a little later, and nobody should be given the connection until then.
      if (endsConnection(error as postgres.PostgresError)) lose(connection)
      throw error
    } finally {
      connection.pending.delete(cut.reject)
    }
  }

  function take(): Connection | Promise<Connection> {
    if (ended) throw new ConnectionLost()
    const warm = idle.pop()
    if (warm) return warm
    if (all.size < max) return open()
    const turn = Promise.withResolvers<Connection>()
    waiting.push(turn)
    return turn.promise
  }

  function giveBack(connection: Connection): void {
    if (connection.lost) return
    const next = waiting.shift()
    if (next) next.resolve(connection)
    else idle.push(connection)
  }

  return {
    async reserve() {
      const connection = await take()
      return {
        run: (...query) => run(connection, query),
        isLost: () => connection.lost,
        release: () => giveBack(connection),
      }
    },
    async end() {
      ended = true
      for (const turn of waiting.splice(0)) turn.reject(new ConnectionLost())
      await Promise.all([...all].map(({ sql }) => sql.end({ timeout: 5 })))
    },
  }
}

/** Of the server: it has hung up. Of the driver and the system: there is nobody to talk to. */
const endsConnection = ({ severity, code = '' }: postgres.PostgresError): boolean =>
  severity === 'FATAL' || severity === 'PANIC' || (!severity && /^(CONNECT|E[A-Z]+$)/.test(code))
