import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../bench/frame/server.ts'
import { type Connection, createTestDatabase, type TestDatabase } from './database.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface ServeProcess {
  url: string
  pid: number
  /** Log lines on standard output so far. */
  log(): Record<string, unknown>[]
  /** Waits for a log line whose message it is; the first after `from` lines. */
  logged(message: string, from?: number): Promise<Record<string, unknown>>
  signal(name: NodeJS.Signals): void
  /** How the process ended. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; milliseconds: number }>
  /** Ends it, if it has not ended, and drops its database. */
  dispose(): Promise<void>
}

/** The settings of `poolhouse serve` over a migrated database; administrators sign with `local`/`local-secret-key`. */
export const serveSettings = (connection: Connection, port: number): Record<string, string> => ({
  ...addressOf(connection),
  POOLHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  POOLHOUSE_PUBLIC_URL: `http://127.0.0.1:${port}`,
  POOLHOUSE_ACCESS_KEY_ID: 'local',
  POOLHOUSE_SECRET_ACCESS_KEY: 'local-secret-key',
  POOLHOUSE_HOST: '127.0.0.1',
  POOLHOUSE_PORT: String(port),
})

/** `poolhouse serve` as a process of its own, once it says that it listens; over a database of its own, if none is named. */
export async function startServe(
  settings: Record<string, string> = {},
  { stdout = 'pipe', database: shared }: { stdout?: 'pipe' | number; database?: TestDatabase } = {},
): Promise<ServeProcess> {
  const database = shared ?? (await createTestDatabase())
  const port = await freePort()
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { PATH: process.env.PATH, ...serveSettings(database.connection, port), ...settings },
    stdio: ['ignore', stdout, 'pipe'],
  })
  const begun = performance.now()
  let output = ''
  let errors = ''
  child.stdout?.on('data', (text) => {
    output += text
  })
  child.stderr!.on('data', (text) => {
    errors += text
  })
  const exited = new Promise<Awaited<ServeProcess['exited']>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, milliseconds: performance.now() - begun }))
  })
  const url = `http://127.0.0.1:${port}`
  const log = () =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  const dispose = async () => {
    if (isRunning(child)) child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await exited
    clearTimeout(kill)
    if (!shared) await database.drop()
  }
  try {
    await until(`/health of ${url}`, async () => {
      if (!isRunning(child)) throw new Error(`serve ended with ${child.exitCode}:\n${output}${errors}`)
      const answer = await fetch(`${url}/health`).catch(() => undefined)
      await answer?.body?.cancel()
      return answer?.status === 200 || undefined
    })
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    url,
    pid: child.pid!,
    log,
    logged: (message, from = 0) =>
      until(`the log line "${message}"`, async () =>
        log()
          .slice(from)
          .find(({ msg }) => msg === message),
      ),
    signal: (name) => void child.kill(name),
    exited,
    dispose,
  }
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null

/** Asks again and again, for a minute at the most, until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not come about in a minute`)
}

function addressOf(connection: Connection): Record<string, string> {
  if (typeof connection === 'string') return { DATABASE_URL: connection }
  const { host, port, username, database } = connection
  // A socket's folder can't stand in a URL; what a URL leaves out is taken from these.
  return { DATABASE_URL: `postgres:///${database}`, PGHOST: host, PGPORT: String(port), PGUSER: username }
}
