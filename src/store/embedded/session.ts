import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import postgres from 'postgres'

/** Names the socket only; nothing listens on it. */
export const port = 5432
export const userName = 'poolhouse'
export const databaseName = 'poolhouse'

/** One connection that stays open for as long as the server lives, and holds our advisory locks. */
export interface Session {
  sql: postgres.Sql
  socketDir: string
  closed: Promise<unknown>
  /** Whether the connection keeps the process alive. */
  hold(on: boolean): void
  end(): Promise<void>
}

export async function openSession(socketDir: string): Promise<Session> {
  try {
    return await open(socketDir, databaseName)
  } catch (error) {
    if ((error as postgres.PostgresError).code !== unknownDatabase) throw error
  }
  await nameDatabase(socketDir)
  return open(socketDir, databaseName)
}

const unknownDatabase = '3D000'

/** `create database` would copy and flush a thousand files; the one that initdb made only lacks the name. */
async function nameDatabase(socketDir: string) {
  const session = await open(socketDir, 'template1')
  try {
    await session.sql.unsafe(`alter database postgres rename to ${databaseName}`)
  } catch (error) {
    // Another process that started with us did it first.
    if ((error as postgres.PostgresError).code !== unknownDatabase) throw error
  } finally {
    await session.end()
  }
}

async function open(socketDir: string, database: string): Promise<Session> {
  let socket: Socket | undefined
  let closed: Promise<unknown> = Promise.resolve()

  const connect = async () => {
    socket = createConnection(`${socketDir}/.s.PGSQL.${port}`)
    closed = new Promise((resolve) => socket?.once('close', resolve))
    await once(socket, 'connect')
    return socket
  }
  const options = {
    host: socketDir,
    port,
    username: userName,
    database,
    max: 1,
    ssl: false,
    prepare: false,
    fetch_types: false,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 10,
    connection: { application_name: `poolhouse ${process.pid}` },
    onnotice: () => {},
    socket: connect,
  }
  const sql = postgres(options)
  try {
    await sql`select 1`
  } catch (error) {
    await sql.end({ timeout: 0 })
    throw error
  }
  return {
    sql,
    socketDir,
    closed,
    hold: (on) => void (on ? socket?.ref() : socket?.unref()),
    end: () => sql.end({ timeout: 1 }),
  }
}

/** Nobody at the socket, or a server that does not let us in yet or no longer; undefined if it is neither. */
export function whatIsWrong(error: unknown): 'absent' | 'starting' | undefined {
  const { code = '' } = error as postgres.PostgresError
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'absent'
  return passing.has(code) ? 'starting' : undefined
}

/** Starting, recovering or shutting down; every slot taken; broken off by a server that is going. */
const passing = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '55006',
  'EAGAIN',
  'EPIPE',
  'ECONNRESET',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
])
