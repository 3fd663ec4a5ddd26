import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { freePort } from '../../bench/frame/server.ts'

/** Neither PostgreSQL nor PgBouncer runs as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/** A server's programs, pg_basebackup among them, which the embedded database lacks. */
function folderOfPrograms(): string {
  const folders = [
    process.env.PGBIN,
    ...(existsSync('/usr/lib/postgresql')
      ? readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`)
      : []),
  ]
  const found = folders.findLast((folder) => folder && existsSync(join(folder, 'pg_basebackup')))
  if (!found)
    throw new Error(
      'This test needs the programs of a PostgreSQL server with pg_basebackup: install postgresql, or set PGBIN to their folder',
    )
  return found
}

const run = async (program: string, ...parameters: string[]) =>
  promisify(execFile)(join(folderOfPrograms(), program), parameters, { ...nobody, cwd: tmpdir() })

export interface Node {
  port: number
  /** All its processes at once, as when the machine goes. */
  kill(): Promise<void>
}

export interface Pair {
  primary: Node
  standby: Node
  promoteStandby(): Promise<void>
  /** The standby receives what the primary writes, and does not replay it. */
  pauseStandby(): Promise<void>
  resumeStandby(): Promise<void>
  close(): Promise<void>
}

export const user = 'poolhouse'

/** A primary that acknowledges nothing that its standby has not written. */
export async function postgresPair(): Promise<Pair> {
  const folder = newFolder()
  const [primaryPort, standbyPort] = [await freePort(), await freePort()]
  const [primaryData, standbyData] = [join(folder, 'primary'), join(folder, 'standby')]
  await run('initdb', '-D', primaryData, '-U', user, '-A', 'trust', '-N')
  const primary = await startPostgres(primaryData, primaryPort, { synchronous_standby_names: '*' })
  await run(
    'pg_basebackup',
    '-R',
    '-D',
    standbyData,
    '-h',
    '127.0.0.1',
    '-p',
    String(primaryPort),
    '-U',
    user,
    '-c',
    'fast',
  )
  const standby = await startPostgres(standbyData, standbyPort)
  return {
    primary,
    standby,
    promoteStandby: async () => {
      await run('pg_ctl', 'promote', '-D', standbyData)
    },
    pauseStandby: () => ask(standbyPort, 'select pg_wal_replay_pause()'),
    resumeStandby: () => ask(standbyPort, 'select pg_wal_replay_resume()'),
    async close() {
      await Promise.all([primary.kill(), standby.kill()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface OnePostgres {
  port: number
  /** Ends its first process by kill -9; the others see that and end by themselves. */
  killPostmaster(): Promise<void>
  /** On the same data and port. */
  start(): Promise<void>
  close(): Promise<void>
}

export async function onePostgres(): Promise<OnePostgres> {
  const folder = newFolder()
  const data = join(folder, 'data')
  await run('initdb', '-D', data, '-U', user, '-A', 'trust', '-N')
  const port = await freePort()
  let node = await startPostgres(data, port)
  return {
    port,
    killPostmaster: () => node.killFirst(),
    async start() {
      node = await startPostgres(data, port)
    },
    async close() {
      await node.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startPostgres(
  data: string,
  port: number,
  settings: Record<string, string> = {},
): Promise<Node & { killFirst(): Promise<void> }> {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: data,
    fsync: 'off',
    ...settings,
  }
  const parameters = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(folderOfPrograms(), 'postgres'), ['-D', data, ...parameters], {
    ...nobody,
    stdio: 'ignore',
    // A group of its own, to be killed whole.
    detached: true,
  })
  await answering(port, child)
  return { port, kill: () => killGroup(child), killFirst: () => killFirst(child) }
}

/** PgBouncer in transaction mode before a database. */
export async function pgBouncer(databasePort: number): Promise<Node & { close(): Promise<void> }> {
  const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path))
  if (!program) throw new Error('This test needs PgBouncer: install pgbouncer')
  const folder = newFolder()
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
* = host=127.0.0.1 port=${databasePort} user=${user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
`,
  )
  const child = spawn(program, [file], { ...nobody, stdio: 'ignore', detached: true })
  await answering(port, child)
  return {
    port,
    kill: () => killGroup(child),
    async close() {
      await killGroup(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-pg-'))
  if ('uid' in nobody) chownSync(folder, nobody.uid!, nobody.gid!)
  return folder
}

async function ask(port: number, statement: string): Promise<void> {
  const sql = postgres({ host: '127.0.0.1', port, username: user, database: 'postgres', max: 1 })
  await sql.unsafe(statement)
  await sql.end()
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null) throw new Error(`A program of the database ended with ${child.exitCode}`)
    const sql = postgres({ host: '127.0.0.1', port, username: user, database: 'postgres', max: 1, connect_timeout: 2 })
    try {
      await sql`select 1`.simple()
      return
    } catch (error) {
      if (attempt === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await sql.end({ timeout: 0 })
    }
  }
}

/** Waits for the rest of its group, which must be gone before there is another on the same data. */
async function killFirst(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  while (true) {
    try {
      process.kill(-child.pid!, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function killGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  process.kill(-child.pid!, 'SIGKILL')
  await gone
}
