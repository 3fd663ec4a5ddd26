import { spawn } from 'node:child_process'
import { open, readFile, readlink, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import type { Location } from './location.ts'
import { isAlive, plainEnvironment, runAs } from './server-user.ts'
import { port, type Session } from './session.ts'
import { makeSocketDirectory } from './socket-directory.ts'

export interface Postmaster {
  socketDir: string
  /** Why it ended, in its own words; undefined while it runs. */
  ended?: { log: string }
  interrupt(): void
}

/** A longer log is started again. */
const maxLogBytes = 1_000_000

/** Starts the server in a session of its own: an interrupt typed at the terminal must not reach it before us. */
export async function spawnPostmaster(location: Location, binaries: Binaries): Promise<Postmaster> {
  const socketDir = await makeSocketDirectory(location)
  await removeStale(pidFile(location), location)
  await removeStale(join(socketDir, `.s.PGSQL.${port}.lock`), location)

  const logPath = join(location.dataDir, 'postgres.log')
  const size = (await stat(logPath).catch(() => undefined))?.size ?? 0
  const log = await open(logPath, size > maxLogBytes ? 'w' : 'a', 0o600)
  const { size: begin } = await log.stat()

  const args = ['-D', location.pgdata, '-k', socketDir, '-p', String(port), '-c', 'listen_addresses=']
  const child = spawn(join(binaries.bin, 'postgres'), args, {
    ...location.user,
    cwd: '/',
    env: { ...plainEnvironment, ...binaries.env },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.unref()
  const postmaster: Postmaster = { socketDir, interrupt: () => void child.kill('SIGINT') }
  child.on('error', (error) => {
    postmaster.ended = { log: error.message }
  })
  child.on('exit', async () => {
    const text = await readFile(logPath).catch(() => Buffer.alloc(0))
    postmaster.ended = { log: text.subarray(begin).toString() }
  })
  await log.close()
  return postmaster
}

/**
 * A lock file of a killed machine or container can name a process that has nothing to do with us, and PostgreSQL would
 * then refuse to start. It goes only if that process is certainly not the server of this folder. Should it be, even so,
 * the shared memory of the folder still keeps a second server out.
 *
 * PostgreSQL refuses an empty one too: a server that was killed while it made the file has left it.
 */
async function removeStale(lockFile: string, location: Location) {
  const pid = await firstLine(lockFile)
  const isStale = pid ? isAlive(pid) && !(await mayBeServer(pid, location)) : await isLeftEmpty(lockFile)
  if (isStale && (await firstLine(lockFile)) === pid) await rm(lockFile, { force: true })
}

/** A server that is starting fills the file right after making it. */
async function isLeftEmpty(lockFile: string): Promise<boolean> {
  const file = await stat(lockFile).catch(() => undefined)
  return file?.size === 0 && Date.now() - file.mtimeMs > maxEmptyTime
}

/** In milliseconds. */
const maxEmptyTime = 1000

async function firstLine(lockFile: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10)
  return pid > 1 ? pid : undefined
}

async function mayBeServer(pid: number, location: Location): Promise<boolean> {
  if (process.platform !== 'linux') {
    const name = await runAs(undefined, 'ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => undefined)
    return !name || basename(name.stdout.trim()).startsWith('postgres')
  }
  // Killed, and in a container where nobody collects the dead.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  if (/^State:\s+Z/m.test(status)) return false
  // A postmaster stays in its folder, under whatever name that is known by now.
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  if (directory) return directory === location.pgdata
  return /^Name:\s+postgres/m.test(status)
}

/** Where the folder's server says its socket is. A hint only: the file may be left over. */
export async function socketDirHint(location: Location): Promise<string | undefined> {
  const lines = (await readFile(pidFile(location), 'utf8').catch(() => '')).split('\n')
  return lines[4] || undefined
}

const pidFile = (location: Location) => join(location.pgdata, 'postmaster.pid')

/** Fast shutdown: open transactions are rolled back, everything committed is flushed. Answers whether it ended. */
export async function shutDown(location: Location, session: Session): Promise<boolean> {
  const [row] = await session.sql<{ text: string }[]>`select pg_read_file('postmaster.pid') as text`
  const pid = Number.parseInt(row?.text ?? '', 10)
  // As the server's user, so that root never signals a process on the word of a file that is not root's.
  await runAs(location.user, '/bin/sh', ['-c', 'kill -INT "$1"', 'sh', String(pid)])

  for (let waited = 0; waited < maxShutDownTime; waited += step) {
    if ((await firstLine(pidFile(location))) !== pid) return true
    await sleep(step)
  }
  return false
}

const maxShutDownTime = 60_000
const step = 5
