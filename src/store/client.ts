import { connect, type Socket } from 'node:net'
import postgres from 'postgres'
import { parseTextArray, serializeTextArray } from './arrays.ts'
import type { DatabaseOptions } from './db.ts'
import { type Endpoint, type Endpoints, endpointsOf } from './endpoints.ts'
import { DatabaseUnavailable } from './unavailable.ts'

/** One connection of postgres.js. */
export interface Client {
  sql: postgres.Sql
  /** Ends the session if the other side still listens, and closes the socket either way. */
  destroy(): void
}

export interface ClientEvents {
  /** The socket has closed. */
  onClose(): void
  /** PostgreSQL committed without waiting for its standby any longer: what was written is lost if this server is. */
  onUnreplicated(): void
}

/** Opens one connection. It fails with its first statement, or at once where several hosts have to be tried. */
export type OpenClient = (events: ClientEvents) => Client | Promise<Client>

/** 64-bit integers are read as numbers: none of the stored ones exceeds 2^53. */
const int8 = { to: 20, from: [20], serialize: (value: number) => String(value), parse: Number }
const textArray = { to: 1009, from: [1009, 1015], serialize: serializeTextArray, parse: parseTextArray }
const uuidArray = { to: 2951, from: [2951], serialize: serializeTextArray, parse: parseTextArray }

/** Seconds without traffic after which the system checks whether the other side is still there. */
const keepAlive = 5
/** Milliseconds by which the last used host is tried before the others. */
const headStart = 300

export function clientOpener(options: DatabaseOptions): OpenClient {
  const endpoints = endpointsOf(options.connection)
  const [only] = endpoints.hosts
  if (endpoints.hosts.length < 2 && endpoints.attributes === 'any')
    return (events) => openClient(options, endpoints, only, events)

  let preferred = only!
  return async (events) => {
    const { client, host } = await openFirst(options, endpoints, preferred, events)
    preferred = host
    return client
  }
}

function openClient(
  options: DatabaseOptions,
  { url }: Endpoints,
  endpoint: Endpoint | undefined,
  events: ClientEvents,
): Client {
  const { limits } = options
  const connectTimeout = limits?.connect ?? 10_000
  let socket: Socket | undefined
  const shared = {
    ...endpoint,
    max: 1,
    prepare: options.prepare,
    types: { int8, textArray, uuidArray },
    fetch_types: false,
    // By default the driver closes a connection after a while, even between two statements of a transaction.
    max_lifetime: null,
    connect_timeout: connectTimeout / 1000,
    keep_alive: keepAlive,
    // A socket opened here, since the driver only sends a goodbye, and leaves the socket open if nobody answers.
    async socket({ host, port, path }: { host: string[]; port: number[]; path?: string | false }) {
      const address = path ? { path } : (endpoint ?? { host: host[0]!, port: port[0]! })
      socket = await dial(address, connectTimeout)
      return socket
    },
    onclose: events.onClose,
    onnotice(notice: postgres.Notice) {
      if (notice.routine === 'SyncRepWaitForLSN') events.onUnreplicated()
      options.onNotice?.(notice.message ?? '')
    },
    connection: { application_name: 'poolhouse', TimeZone: 'UTC', ...sessionSettings(options) },
  }
  const sql =
    typeof options.connection === 'string'
      ? postgres(url ?? options.connection, shared as never)
      : postgres({ ...options.connection, ...shared } as never)
  return {
    sql: sql as never,
    destroy() {
      sql.end({ timeout: 0 }).catch(() => {})
      socket?.destroySoon()
      // What has not been sent within a second never will be.
      setTimeout(() => socket?.destroy(), 1000).unref()
    },
  }
}

/**
 * What PostgreSQL itself sees to in a session. A transaction pooler passes none of these settings on; there they are set
 * on the role.
 */
function sessionSettings({ limits, prepare }: DatabaseOptions): Record<string, string> {
  if (!prepare) return {}
  return {
    // To compile one of our statements takes far longer than to run it.
    jit: 'off',
    ...(limits && {
      statement_timeout: String(limits.statement),
      lock_timeout: String(limits.lock),
      // Frees the locks of a node that is gone.
      idle_in_transaction_session_timeout: '15000',
      tcp_keepalives_idle: '5',
      tcp_keepalives_interval: '2',
      tcp_keepalives_count: '4',
    }),
  }
}

function dial(address: Endpoint | { path: string }, timeout: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect(address)
  // The driver reads the expected name of the certificate from here.
  if ('host' in address) Object.assign(socket, address)
  const fail = (error: Error) => {
    clearTimeout(timer)
    socket.destroy()
    reject(error)
  }
  const timer = setTimeout(
    () => fail(Object.assign(new Error('The database does not answer'), { code: 'CONNECT_TIMEOUT' })),
    timeout,
  )
  socket.once('error', fail)
  socket.once('connect', () => {
    clearTimeout(timer)
    socket.off('error', fail)
    resolve(socket)
  })
  return promise
}

/**
 * Connects to the first host that answers and has the required attributes. The driver supports lists of hosts too, but
 * retries forever if all of them refuse, and gives up at the first that does not answer.
 */
async function openFirst(
  options: DatabaseOptions,
  endpoints: Endpoints,
  preferred: Endpoint,
  events: ClientEvents,
): Promise<{ client: Client; host: Endpoint }> {
  let chosen: Client | undefined
  const first = Promise.withResolvers<void>()

  async function attempt(host: Endpoint) {
    if (host !== preferred) await Promise.race([first.promise, pause(headStart)])
    if (chosen) throw new DatabaseUnavailable('Another host was faster')
    const client: Client = openClient(options, endpoints, host, {
      onClose: () => client === chosen && events.onClose(),
      onUnreplicated: events.onUnreplicated,
    })
    try {
      await within(options.limits?.connect ?? 10_000, requireAttributes(client.sql, endpoints.attributes))
      if (chosen) throw new DatabaseUnavailable('Another host was faster')
    } catch (error) {
      client.destroy()
      throw error
    } finally {
      if (host === preferred) first.resolve()
    }
    chosen = client
    return { client, host }
  }

  try {
    return await Promise.any(endpoints.hosts.map(attempt))
  } catch (error) {
    throw new DatabaseUnavailable('None of the hosts can be used', (error as AggregateError).errors[0])
  }
}

async function requireAttributes(sql: postgres.Sql, attributes: Endpoints['attributes']): Promise<void> {
  const [row] = await sql`
    select current_setting('transaction_read_only') as "readOnly", pg_is_in_recovery() as "isStandby"`
  if (attributes === 'primary' ? row?.isStandby : attributes === 'read-write' && row?.readOnly !== 'off')
    throw new DatabaseUnavailable('The host takes no writes')
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new DatabaseUnavailable('The host does not answer')), milliseconds)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
