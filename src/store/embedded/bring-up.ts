import { realpath, rmdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import { exists, type Location } from './location.ts'
import { type Postmaster, socketDirHint, spawnPostmaster } from './postmaster.ts'
import { openSession, type Session, whatIsWrong } from './session.ts'
import { isOurs, socketDirectories } from './socket-directory.ts'

/** How often a starting server is polled, in milliseconds. */
const pollInterval = 5
/** Recovery after a crash may take time, but not for ever. */
const maxStartTime = 300_000

/** `initdb` runs at the first start alone. */
export type Program = 'initdb' | 'postgres'

export interface Launch {
  location: Location
  binaries: Binaries
  /** Called when a program of PostgreSQL has been started and this process only waits for it. */
  onLaunch: (program: Program) => void
}

/** A session on the folder's server: on the one that is running, or on a new one. */
export async function bringUp({ location, binaries, onLaunch }: Launch, signal: AbortSignal): Promise<Session> {
  let postmaster: Postmaster | undefined
  for (let waited = 0; waited < maxStartTime; waited += pollInterval) {
    if (signal.aborted) break
    const found = await findServer(location)
    if (typeof found !== 'string') return found
    if (found === 'absent') {
      postmaster = await runningPostmaster(location, binaries, postmaster)
      onLaunch('postgres')
    }
    await sleep(pollInterval)
  }
  postmaster?.interrupt()
  throw new Error(`PostgreSQL on ${location.pgdata} did not become ready`)
}

/** Asks at the socket, since a pid file may be left over. The socket that the file names is tried first. */
async function findServer(location: Location): Promise<Session | 'starting' | 'absent'> {
  const hint = await socketDirHint(location)
  for (const directory of new Set([...(hint ? [hint] : []), ...socketDirectories(location)])) {
    if (!(await exists(directory)) || !(await isOurs(directory, location))) continue
    const found = await serverAt(directory, location)
    if (found !== 'absent') return found
  }
  return 'absent'
}

async function serverAt(directory: string, location: Location): Promise<Session | 'starting' | 'absent'> {
  try {
    const session = await openSession(directory)
    if (await servesFolder(session, location)) return session
    await session.end()
    return 'absent'
  } catch (error) {
    const state = whatIsWrong(error)
    if (!state) throw error
    return state === 'starting' ? state : 'absent'
  }
}

async function servesFolder({ sql }: Session, location: Location): Promise<boolean> {
  const [row] = await sql<{ data_directory: string }[]>`show data_directory`
  return (await realpath(row?.data_directory ?? '').catch(() => '')) === location.pgdata
}

/** Starts it again where it has ended and that may help. @throws with the server's own reason where it won't */
async function runningPostmaster(
  location: Location,
  binaries: Binaries,
  postmaster: Postmaster | undefined,
): Promise<Postmaster> {
  if (postmaster && !postmaster.ended) return postmaster
  if (postmaster?.ended && !isTransient(postmaster.ended.log)) {
    await rmdir(postmaster.socketDir).catch(() => {})
    throw startFailed(location, postmaster.ended.log)
  }
  return spawnPostmaster(location, binaries)
}

/** The old server's last processes are still there, or another process is starting the server too. */
function isTransient(log: string): boolean {
  if (log.includes('pre-existing shared memory block') || log.includes('could not create lock file')) return true
  return /lock file "[^"]{1,1024}" (?:already exists|is empty)/.test(log)
}

function startFailed(location: Location, log: string): Error {
  const fatal = log.split('\n').findLast((line) => /FATAL|PANIC/.test(line)) ?? log.trim()
  return new Error(`PostgreSQL on ${location.pgdata} does not start: ${fatal.replace(/^.*?(FATAL|PANIC): +/, '')}`)
}
