import type postgres from 'postgres'
import { currentCaller } from '../lib/current-caller.ts'
import { currentSpan, spanned } from '../lib/spans.ts'
import type { Client, OpenClient } from './client.ts'
import { createConnectionQueue } from './connection-queue.ts'
import { createProbe, type Outcome, type Probe } from './probe.ts'
import { statementName } from './statement-name.ts'
import { ConnectionLost, DatabaseUnavailable } from './unavailable.ts'

export { ConnectionLost } from './unavailable.ts'

type Rows = postgres.RowList<postgres.Row[]>
type Query = [statement: string, parameters?: never[], options?: postgres.UnsafeQueryOptions]

export interface ReservedConnection {
  run(...query: Query): Promise<Rows>
  isLost(): boolean
  release(): void
}

export interface Connections {
  /** A connection for one user at a time; the next to ask waits once all are taken, or half of them by one caller. */
  reserve(): Promise<ReservedConnection>
  /** Runs what reads little and locks nothing, on a connection that it shares with others of its kind. */
  read(...query: Query): Promise<Rows>
  /** Asks the database whether it is there, beside all that use it. @throws DatabaseUnavailable within three seconds */
  check(): Promise<void>
  figures(): DatabaseFigures
  end(): Promise<void>
}

/** How the connections of a process are used, and what they have done so far. */
export interface DatabaseFigures {
  inUse: number
  idle: number
  /** Those who wait for a connection. */
  waiting: number
  /** Those who were refused one, since none became free in time or the database does not answer. */
  refused: number
  statements: number
  failures: number
  /** Spent on statements that have ended. */
  seconds: number
}

export interface ConnectionsOptions {
  max: number
  /** How long to wait for a connection, in milliseconds. */
  wait?: number
  /** Whether the backend that a session names is the one that works for it. Not so behind a transaction pooler. */
  backendsAreKnown: boolean
  /** Behind such a pooler: after how many milliseconds a statement is given up. */
  statement?: number
}

interface Statement {
  query: postgres.PendingQuery<postgres.Row[]>
  fail(error: Error): void
}

interface Connection {
  client: Client | undefined
  lost: boolean
  /** Statements that are under way. */
  pending: Set<Statement>
  /** How many looks have found one under way since anything was last answered. */
  quiet: number
  /** A commit is not yet where it has to be. */
  unreplicated: boolean
}

/** Milliseconds between two looks at what is under way. A busy process looks late, and must not count that as silence. */
const lookEvery = 250
/** After so many looks without an answer the database is asked what it is doing. */
const suspectAfter = 4
/** How long to wait for a connection once the queue has not been empty for longer than anybody may wait. */
const crowdedWait = 500
/** What the database has finished may still be on its way. */
const grace = 250
/** Reads that may be on their way at once on the connection that they share. */
const maxSharing = 32
/** With fewer connections than this, none is spared for reads. */
const minToShare = 4

/**
 * A pool of our own over clients of postgres.js with one connection each. Its own pool hands out connections that have
 * been closed meanwhile, where the next statement ends the process, or waits for ever (porsager/postgres issues 1066,
 * 1154 and 1208). Here a connection that was lost takes no further statement, so that the rest of a transaction cannot
 * run on another one, and is thrown away. The one used last is used next: fewer of them are kept busy, and warm.
 *
 * A connection may also fall silent: packets vanish, and the socket stays. Where a statement takes long, another
 * connection asks whether the database is working on it. If it is not, the connection is lost. If nothing answers at
 * all, the database is down: everybody is refused at once until it answers again.
 *
 * Reads by key share one connection, to which they are sent without waiting for each other's results: Node spends more on
 * a write to a socket than on anything else of such a statement. Where one of them takes long, the others go elsewhere.
 *
 * Callers take turns where they wait, and one of them has half of the connections at most; see connection-queue.
 */
export function createConnections(open: OpenClient, options: ConnectionsOptions): Connections {
  const { max, wait = Number.POSITIVE_INFINITY } = options
  // A transaction pooler would have to tell apart what it gets at once.
  const sharesReads = max >= minToShare && options.backendsAreKnown
  const all = new Set<Connection>()
  const idle: Connection[] = []
  /** The one that reads share. */
  let shared: Connection | undefined
  const waiting = createConnectionQueue<Connection>(Math.max(2, Math.floor(max / 2)))
  const probe: Probe = createProbe(open)
  let probing: Promise<Outcome> | undefined
  let down = false
  /** Where somebody waits for the next statement that is answered, whoever's it is. */
  let nextAnswer: PromiseWithResolvers<void> | undefined
  /** For how many looks on end somebody has been waiting for a connection. */
  let crowded = 0
  let ended = false
  let refused = 0
  let statements = 0
  let failures = 0
  let milliseconds = 0
  const looks = setInterval(look, lookEvery)
  looks.unref()

  function connect(): Connection | Promise<Connection> {
    const connection: Connection = { client: undefined, lost: false, pending: new Set(), quiet: 0, unreplicated: false }
    all.add(connection)
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

  function lose(connection: Connection): void {
    if (connection.lost) return
    connection.lost = true
    all.delete(connection)
    if (shared === connection) shared = undefined
    const position = idle.indexOf(connection)
    if (position >= 0) idle.splice(position, 1)
    serve()
    // The driver forgets statements that were sent between the error and the end of a socket. What it does answer comes
    // first and says more.
    setImmediate(() => {
      for (const statement of connection.pending) statement.fail(new ConnectionLost())
      connection.client?.destroy()
    })
  }

  async function run(connection: Connection, parameters: Query): Promise<Rows> {
    if (connection.lost) throw new ConnectionLost()
    const cut = Promise.withResolvers<never>()
    const query = connection.client!.sql.unsafe(...parameters)
    keepValues(query)
    const statement: Statement = { query: query as never, fail: cut.reject }
    connection.pending.add(statement)
    const started = performance.now()
    try {
      const rows = await Promise.race([query, cut.promise])
      nextAnswer?.resolve()
      nextAnswer = undefined
      if (connection.unreplicated) throw new DatabaseUnavailable('The commit has not reached the standby')
      return rows
    } catch (error) {
      failures++
      // The end of the socket is heard of a little later, and nobody should be given the connection until then.
      if (!endsConnection(error as postgres.PostgresError)) throw error
      lose(connection)
      throw error instanceof DatabaseUnavailable ? error : new ConnectionLost(error)
    } finally {
      statements++
      milliseconds += performance.now() - started
      connection.pending.delete(statement)
      connection.quiet = 0
      connection.unreplicated = false
    }
  }

  /** @throws where it can't be waited for */
  async function take(caller: string | undefined): Promise<Connection> {
    if (ended) throw new ConnectionLost()
    if (down) {
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

  function look(): void {
    refuseLateWaiters()
    for (const connection of all) if (connection.pending.size > 0) connection.quiet++
    const suspects = [...all].filter(({ quiet }) => quiet >= suspectAfter)
    if (suspects.length > 0 || down) judge(suspects)
  }

  function refuseLateWaiters(): void {
    crowded = waiting.size > 0 && !hasRoom() ? crowded + 1 : 0
    const patience = crowded * lookEvery > wait ? Math.min(wait, crowdedWait) : wait
    for (const waiter of waiting.look(Math.ceil(patience / lookEvery))) {
      refused++
      waiter.reject(new DatabaseUnavailable('No connection to the database became free in time'))
    }
  }

  /** One probe at a time, for whoever wants to know. */
  function ask(suspects: Connection[]): Promise<Outcome> {
    probing ??= probe.ask(suspects.flatMap(backendsOf)).then((outcome) => {
      probing = undefined
      if (!outcome.answered) goDown()
      else down = false
      return outcome
    })
    return probing
  }

  async function judge(suspects: Connection[]): Promise<void> {
    if (probing || ended) return
    const counted = suspects.map((connection) => ({ connection, pending: [...connection.pending][0] }))
    const { answered, working } = await ask(suspects)
    if (!answered) return
    await new Promise((resolve) => setTimeout(resolve, grace))
    // What waits behind a slow statement is sent again, elsewhere.
    if (shared && shared.quiet >= suspectAfter) lose(shared)
    const silent = counted.filter(
      ({ connection, pending }) => pending && connection.pending.has(pending) && isSilent(connection, working),
    )
    if (silent.length === 0) return
    // Those that nobody uses went the same way, most likely.
    for (const connection of [...unused(), ...silent.map((one) => one.connection)]) lose(connection)
  }

  function isSilent(connection: Connection, working: Set<number>): boolean {
    const [backend] = backendsOf(connection)
    // Not connected yet, which has a limit of its own.
    if (backend === undefined) return false
    if (options.backendsAreKnown) return !working.has(backend)
    return connection.quiet * lookEvery > (options.statement ?? Number.POSITIVE_INFINITY)
  }

  function goDown(): void {
    down = true
    refused += waiting.size
    for (const waiter of waiting.takeAll()) waiter.reject(new DatabaseUnavailable('The database does not answer'))
    for (const connection of [...all])
      if (connection.quiet >= suspectAfter || unused().includes(connection)) lose(connection)
  }

  const unused = () => (shared?.pending.size === 0 ? [...idle, shared] : [...idle])

  /** Undefined where a read is better off with a connection of its own. */
  function sharedConnection(): Connection | undefined {
    if (ended || down || !sharesReads) return undefined
    if (shared) return shared.client && shared.pending.size < maxSharing && shared.quiet === 0 ? shared : undefined
    if (!hasRoom()) return undefined
    const connection = idle.pop() ?? connect()
    if (connection instanceof Promise) {
      // It is shared once it stands.
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

  return {
    reserve,
    read,
    async check() {
      if (down) throw new DatabaseUnavailable('The database does not answer')
      // Where others are busy with it, one of them knows first.
      nextAnswer ??= Promise.withResolvers()
      const outcome = await Promise.race([ask([]), nextAnswer.promise])
      if (outcome && !outcome.answered) throw new DatabaseUnavailable('The database does not answer', outcome.error)
    },
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
      clearInterval(looks)
      for (const waiter of waiting.takeAll()) waiter.reject(new ConnectionLost())
      const patience = down ? 0 : 5
      await Promise.all([probe.close(), ...[...all].map(({ client }) => client?.sql.end({ timeout: patience }))])
    },
  }
}

/** The span has the statement with its placeholders, never the values. */
function traced(query: Query, work: () => Promise<Rows>): Promise<Rows> {
  if (!currentSpan()) return work()
  const [text] = query
  return spanned(statementName(text), work, 'client', { 'db.system.name': 'postgresql', 'db.query.text': text })
}

/**
 * Where a table has another column than when a statement was prepared, the driver prepares it anew and sends it again. The
 * values that it sends then are those that it has written over with their text: a hash or a document would be encoded
 * twice, and find or store something else. So each time it asks for them it gets them as they were.
 */
function keepValues(query: object): void {
  let values: unknown[] | undefined
  Object.defineProperty(query, 'parameters', {
    get: () => values?.slice(),
    set(given: unknown[] | undefined) {
      values ??= given
    },
  })
}

/** The process of the server that has the statement; known once the connection stands. */
function backendsOf({ pending }: Connection): number[] {
  return [...pending].slice(0, 1).flatMap(({ query }) => {
    const pid = (query as unknown as { state?: { pid: number | null } }).state?.pid
    return pid ? [pid] : []
  })
}

/** Of the server: it has hung up, or takes no writes any more. Of the driver and the system: there is nobody to talk to. */
const endsConnection = (error: postgres.PostgresError | DatabaseUnavailable): boolean => {
  if (error instanceof DatabaseUnavailable) return true
  const { severity, code = '' } = error
  return (
    severity === 'FATAL' || severity === 'PANIC' || code === '25006' || (!severity && /^(CONNECT|E[A-Z]+$)/.test(code))
  )
}
