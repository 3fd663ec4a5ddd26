import { realpath, rmdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import { exists, type Location } from './location.ts'
import { type Postmaster, socketDirHint, spawnPostmaster } from './postmaster.ts'
import { openSession, type Session, whatIsWrong } from './session.ts'
import { isOurs, socketDirectories } from './socket-directory.ts'

/** How often a server that is starting is asked whether it is ready. */
const step = 5
/** A server that recovers from a crash may take its time; one that never answers does not get for ever. */
const maxStartTime = 300_000

/** A session on the folder's server: the one that runs already, whoever started it, or a new one. */
export async function bringUp(location: Location, binaries: Binaries, signal: AbortSignal): Promise<Session> {
  let postmaster: Postmaster | undefined
  for (let waited = 0; waited < maxStartTime; waited += step) {
    if (signal.aborted) break
    const found = await findServer(location)
    if (found === 'absent') {
      if (postmaster?.ended && !isPassing(postmaster.ended.log)) {
        await rmdir(postmaster.socketDir).catch(() => {})
        throw startFailed(location, postmaster.ended.log)
      }
      if (!postmaster || postmaster.ended) postmaster = await spawnPostmaster(location, binaries)
    } else if (found !== 'starting') {
      return found
    }
    await sleep(step)
  }
  postmaster?.interrupt()
  throw new Error(`PostgreSQL on ${location.pgdata} did not become ready`)
}

/** Asks at the socket, since a pid file may be left over. Where the file says the socket is, is worth a look first. */
async function findServer(location: Location): Promise<Session | 'starting' | 'absent'> {
  const hint = await socketDirHint(location)
  for (const directory of new Set([...(hint ? [hint] : []), ...socketDirectories(location)])) {
    if (!(await exists(directory)) || !(await isOurs(directory, location))) continue
    try {
      const session = await openSession(directory)
      if (await servesFolder(session, location)) return session
      await session.end()
    } catch (error) {
      const state = whatIsWrong(error)
      if (!state) throw error
      if (state === 'starting') return state
    }
  }
  return 'absent'
}

async function servesFolder({ sql }: Session, location: Location): Promise<boolean> {
  const [row] = await sql<{ data_directory: string }[]>`show data_directory`
  return (await realpath(row?.data_directory ?? '').catch(() => '')) === location.pgdata
}

/** What a moment's patience mends: the old server's last processes, or another process that is starting it too. */
function isPassing(log: string): boolean {
  return /pre-existing shared memory block|lock file "[^"]+" (already exists|is empty)|could not create lock file/.test(
    log,
  )
}

function startFailed(location: Location, log: string): Error {
  const fatal = log.split('\n').findLast((line) => /FATAL|PANIC/.test(line)) ?? log.trim()
  return new Error(`PostgreSQL on ${location.pgdata} does not start: ${fatal.replace(/^.*?(FATAL|PANIC): +/, '')}`)
}
