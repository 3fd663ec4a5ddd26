import { type ChildProcess, spawn } from 'node:child_process'
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import type { Launch } from './bring-up.ts'
import { belongsToAnother, exists, type Location } from './location.ts'
import { isAlive, plainEnvironment, runAs } from './server-user.ts'
import { userName } from './session.ts'
import { EmbeddedDatabaseUnavailable } from './unavailable.ts'

/** Creates the database folder at the first start; refuses one of another major version of PostgreSQL. */
export async function prepareCluster({ location, binaries, onLaunch }: Launch, log: (message: string) => void) {
  const made = await majorOf(location.pgdata)
  if (made === undefined) {
    log(`Making a database in ${location.pgdata}`)
    await makeCluster({ location, binaries, onLaunch })
  } else if (made !== String(binaries.major)) {
    throw new Error(
      `The database in ${location.pgdata} was made by PostgreSQL ${made}, and this Poolhouse runs PostgreSQL ${binaries.major}, ` +
        'which cannot open it. To move: start the Poolhouse that made it and save the database with pg_dump; ' +
        'start this one on a new POOLHOUSE_DATA_DIR with the same master key, and load it there with pg_restore.',
    )
  }
}

async function majorOf(pgdata: string): Promise<string | undefined> {
  try {
    return (await readFile(join(pgdata, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code !== 'EACCES') throw error
    throw belongsToAnother(pgdata)
  }
}

/** Built beside its place and renamed: of two first starts at once one wins, and a folder is never half complete. */
async function makeCluster({ location, binaries, onLaunch }: Launch) {
  requireUserEntry(location)
  await removeAbandoned(location)

  const fresh = `${location.pgdata}-${process.pid}`
  await mkdir(fresh, { mode: 0o700 })
  try {
    if (location.user) await chown(fresh, location.user.uid, location.user.gid)
    const args = ['--no-sync', '--no-instructions', '--no-locale', '--encoding=UTF8', `--username=${userName}`]
    const access = ['--auth-local=trust', '--auth-host=reject']
    const made = runAs(location.user, join(binaries.bin, 'initdb'), [...args, ...access, '-D', fresh], binaries.env)
    onLaunch('initdb')
    await made
    const append = 'printf %s "$1" >> "$2/postgresql.conf"'
    await runAs(location.user, '/bin/sh', ['-c', append, 'sh', settings(binaries.major), fresh])
    await writeFile(unsyncedMark(location), '')
    await rename(fresh, location.pgdata)
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true })
    if (await exists(location.pgdata)) return
    const { stderr = '' } = cause as { stderr?: string }
    throw new EmbeddedDatabaseUnavailable(`initdb failed (${lastLine(stderr) || (cause as Error).message})`, { cause })
  }
}

/** Little memory and few processes. Durability is PostgreSQL's default: fsync, full pages, synchronous commits. */
function settings(major: number): string {
  const lines = [
    '',
    '# Poolhouse',
    'shared_buffers = 32MB',
    'max_connections = 60',
    'jit = off',
    'wal_level = minimal',
    'max_wal_senders = 0',
    'max_logical_replication_workers = 0',
    'log_checkpoints = off',
    '# Errors go to the client that made them; in the log they would show what users typed.',
    'log_min_messages = log',
    'log_min_error_statement = panic',
  ]
  if (major >= 18) lines.push('io_method = sync')
  return `${lines.join('\n')}\n`
}

/**
 * Flushes what a first start left to the operating system, beside the running server. Until that is through, the mark
 * stays, so that the next start does it again.
 */
export function syncInBackground(location: Location, binaries: Binaries): ChildProcess {
  const child = spawn(join(binaries.bin, 'initdb'), ['--sync-only', '-D', location.pgdata], {
    ...location.user,
    cwd: '/',
    env: { ...plainEnvironment, ...binaries.env },
    stdio: 'ignore',
  })
  child.unref()
  child.on('error', () => {})
  child.on('exit', (code) => {
    if (code === 0) void rm(unsyncedMark(location), { force: true }).catch(() => {})
  })
  return child
}

export const needsSync = (location: Location) => exists(unsyncedMark(location))

const unsyncedMark = (location: Location) => `${location.pgdata}.unsynced`

function requireUserEntry(location: Location) {
  if (location.user) return
  try {
    userInfo()
  } catch (cause) {
    const why = `this process runs as user id ${process.getuid?.()}, which has no entry in /etc/passwd`
    throw new EmbeddedDatabaseUnavailable(why, { cause })
  }
}

/** Removes what killed first starts have left behind. */
async function removeAbandoned(location: Location) {
  for (const name of await readdir(location.dataDir)) {
    const pid = /^pgdata-(\d+)$/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) await rm(join(location.dataDir, name), { recursive: true, force: true })
  }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? ''
