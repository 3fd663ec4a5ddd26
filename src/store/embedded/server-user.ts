import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { EmbeddedDatabaseUnavailable } from './unavailable.ts'

const run = promisify(execFile)

/** The user that the server runs as if this process is root, as which PostgreSQL refuses to run. */
export interface ServerUser {
  uid: number
  gid: number
}

export const isRoot = () => process.getuid?.() === 0

/** Root keeps to the owner of an existing database, else takes `postgres` or `nobody`; anybody else is the server. */
export async function findServerUser(pgdata: string): Promise<ServerUser | undefined> {
  if (!isRoot()) return undefined

  const owner = await stat(pgdata).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }

  for (const name of ['postgres', 'nobody']) {
    const user = await lookUp(name)
    if (user) return user
  }
  throw new EmbeddedDatabaseUnavailable('PostgreSQL does not run as root, and there is no user "postgres" or "nobody"')
}

/** Runs a short command as the server's user, without environment variables that PostgreSQL would read. */
export function runAs(user: ServerUser | undefined, command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  return run(command, args, { ...user, cwd: '/', env: { ...plainEnvironment, ...env } })
}

/** A known time zone and locale spare initdb the search for them. */
export const plainEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  TZ: 'UTC',
  LC_ALL: 'C',
}

export async function canReach(user: ServerUser | undefined, directory: string): Promise<boolean> {
  return runAs(user, '/bin/sh', ['-c', 'cd "$1"', 'sh', directory]).then(
    () => true,
    () => false,
  )
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}
