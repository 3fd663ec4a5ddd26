import { currentCaller } from '../lib/current-caller.ts'
import { spanned } from '../lib/spans.ts'
import type { OpenClient } from './client.ts'
import {
  type Connection,
  destroyConnection,
  newConnection,
  openConnection,
  type Query,
  type Rows,
  runStatement,
  traced,
} from './connection.ts'
import { createConnectionQueue } from './connection-queue.ts'
import { createProbe } from './probe.ts'
import { checkInterval, createSilenceWatch } from './silence-watch.ts'
import { ConnectionLost, DatabaseUnavailable } from './unavailable.ts'

export interface ReservedConnection {
  run(...query: Query): Promise<Rows>
  isLost(): boolean
  release(): void
}

export interface Connections {
  /** Reserves a connection. The caller waits while all are taken, or half of them by the same caller. */
  reserve(): Promise<ReservedConnection>
  /** Runs a short read without locks, on a connection that such reads share. */
  read(...query: Query): Promise<Rows>
  /** Checks that the database answers, on a connection of its own. @throws DatabaseUnavailable within three seconds */
  check(): Promise<void>
  figures(): DatabaseFigures
  /** Closes connections that nobody uses, all but the one used last and that of shared reads. */
  closeIdle(): Promise<void>
  end(): Promise<void>
}

/** Gauges and counters of the connections of a process. */
export interface DatabaseFigures {
  inUse: number
  idle: number
  /** Requests that wait for a connection. */
  waiting: number
  /** Requests that were refused, because no connection became free in time or the database does not answer. */
  refused: number
  statements: number
  failures: number
  /** Total duration of finished statements. */
  seconds: number
}

export interface ConnectionsOptions {
  max: number
  /** How long to wait for a connection, in milliseconds. */
  wait?: number
  /**
   * Whether a session's backend id is that of the process that runs its statements. False behind a transaction pooler.
   */
  backendsAreKnown: boolean
  /** Behind such a pooler: the statement timeout, in milliseconds. */
  statement?: number
}

/** The max wait, in milliseconds, once the queue has been non-empty for longer than the normal max wait. */
const crowdedWait = 500
/** Max reads in flight on the shared connection. */
const maxSharing = 32
/** With fewer connections than this, none is reserved for shared reads. */
const minToShare = 4

/**
 * A connection pool over postgres.js clients with one connection each. The driver's own pool hands out connections that
 * were closed meanwhile, on which the next statement crashes the process or waits forever (porsager/postgres issues
 * 1066, 1154 and 1208). Here a lost connection takes no further statement, so that the rest of a transaction cannot run
 * on another one, and is discarded. The connection used last is used next, so that fewer stay busy and warm.
 *
 * A connection may also fall silent; see silence-watch. While the database does not answer, all requests are refused at
 * once.
 *
 * Reads by key share one connection, to which they are sent without waiting for earlier results: writing to the socket
 * is the most expensive part of such a statement in Node. If one of them takes long, later reads go elsewhere.
 *
 * Waiting callers take turns, and one caller has at most half of the connections; see connection-queue.
 */
export function createConnections(open: OpenClient, options: ConnectionsOptions): Connections {
  const { max, wait = Number.POSITIVE_INFINITY } = options
  // A transaction pooler can't pipeline statements of different transactions.
  const sharesReads = max >= minToShare && options.backendsAreKnown
  const all = new Set<Connection>()
  const idle: Connection[] = []
  /** The connection that reads share. */
  let shared: Connection | undefined
  const waiting = createConnectionQueue<Connection>(Math.max(2, Math.floor(max / 2)))
  const watch = createSilenceWatch(
    createProbe(open),
    { all, unused, shared: () => shared, lose, onDown: refuseWaiters },
    options,
  )
  /** For how many checks in a row somebody has been waiting for a connection. */
  let crowded = 0
  let ended = false
  let refused = 0
  let statements = 0
  let failures = 0
  let milliseconds = 0
  const checks = setInterval(() => {
    refuseLateWaiters()
    watch.check()
  }, checkInterval)
  checks.unref()

  function connect(): Connection | Promise<Connection> {
    const connection = newConnection()
    all.add(connection)
    return openConnection(connection, open, lose)
  }

  function lose(connection: Connection): void {
    if (connection.lost) return
    connection.lost = true
    all.delete(connection)
    if (shared === connection) shared = undefined
    const position = idle.indexOf(connection)
    if (position >= 0) idle.splice(position, 1)
    serve()
    destroyConnection(connection)
  }

  async function run(connection: Connection, query: Query): Promise<Rows> {
    if (connection.lost) throw new ConnectionLost()
    const started = performance.now()
    try {
      return await runStatement(connection, query, { onAnswer: watch.onAnswer, lose })
    } catch (error) {
      failures++
      throw error
    } finally {
      statements++
      milliseconds += performance.now() - started
    }
  }

  /** @throws if waiting is pointless */
  async function take(caller: string | undefined): Promise<Connection> {
    if (ended) throw new ConnectionLost()
    if (watch.isDown) {
      refused++
      throw new DatabaseUnavailable('The database does not answer')
    }
    if (!hasRoom() || !waiting.mayEnter(caller)) return waiting.wait(caller)
    return admit(caller)
  }

  const hasRoom = () => idle.length > 0 || all.size < max

  async function admit(caller: string | undefined): Promise<Connection> {
    waiting.enter(caller)
    try {
      return idle.pop() ?? (await connect())
    } catch (error) {
      waiting.leave(caller)
      throw error
    }
  }

  function giveBack(connection: Connection, caller: string | undefined): void {
    waiting.leave(caller)
    if (!connection.lost) idle.push(connection)
    serve()
  }

  function serve(): void {
    while (!ended && hasRoom()) {
      const next = waiting.next()
      if (!next) return
      admit(next.caller).then(next.resolve, next.reject)
    }
  }

  function refuseLateWaiters(): void {
    crowded = waiting.size > 0 && !hasRoom() ? crowded + 1 : 0
    const patience = crowded * checkInterval > wait ? Math.min(wait, crowdedWait) : wait
    for (const waiter of waiting.tick(Math.ceil(patience / checkInterval))) {
      refused++
      waiter.reject(new DatabaseUnavailable('No connection to the database became free in time'))
    }
  }

  function refuseWaiters(): void {
    refused += waiting.size
    for (const waiter of waiting.takeAll()) waiter.reject(new DatabaseUnavailable('The database does not answer'))
  }

  function unused(): Connection[] {
    return shared?.pending.size === 0 ? [...idle, shared] : [...idle]
  }

  /** Undefined if a read should have a connection of its own. */
  function sharedConnection(): Connection | undefined {
    if (ended || watch.isDown || !sharesReads) return undefined
    if (shared) return shared.client && shared.pending.size < maxSharing && shared.quiet === 0 ? shared : undefined
    if (!hasRoom()) return undefined
    const connection = idle.pop() ?? connect()
    if (connection instanceof Promise) {
      // It can be shared once it is open.
      connection.then(
        (opened) => giveBack(opened, undefined),
        () => {},
      )
      return undefined
    }
    shared = connection
    return connection
  }

  async function reserve(): Promise<ReservedConnection> {
    const caller = currentCaller()
    const taken = take(caller)
    const connection = taken instanceof Promise ? await spanned('wait for a connection', () => taken) : taken
    return {
      run: (...query) => traced(query, () => run(connection, query)),
      isLost: () => connection.lost,
      release: () => giveBack(connection, caller),
    }
  }

  async function read(...query: Query): Promise<Rows> {
    const connection = sharedConnection()
    if (connection) {
      try {
        return await traced(query, () => run(connection, query))
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error
      }
    }
    const own = await reserve()
    try {
      return await own.run(...query)
    } finally {
      own.release()
    }
  }

  async function closeIdle(): Promise<void> {
    const closing = idle.splice(0, idle.length - 1)
    for (const connection of closing) {
      connection.lost = true
      all.delete(connection)
    }
    await Promise.all(closing.map(({ client }) => client?.sql.end({ timeout: 5 })))
  }

  return {
    reserve,
    read,
    closeIdle,
    check: watch.requireAnswer,
    figures: () => ({
      inUse: all.size - unused().length,
      idle: unused().length,
      waiting: waiting.size,
      refused,
      statements,
      failures,
      seconds: milliseconds / 1000,
    }),
    async end() {
      ended = true
      clearInterval(checks)
      for (const waiter of waiting.takeAll()) waiter.reject(new ConnectionLost())
      const patience = watch.isDown ? 0 : 5
      await Promise.all([watch.close(), ...[...all].map(({ client }) => client?.sql.end({ timeout: patience }))])
    },
  }
}
