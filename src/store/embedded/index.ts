import { type Attachment, attach, detach, type Hold, keepAttached } from './attach.ts'
import { findBinaries } from './binaries.ts'
import type { Program } from './bring-up.ts'
import { needsSync, prepareCluster, syncInBackground } from './cluster.ts'
import { locate } from './location.ts'
import { databaseName, port, userName } from './session.ts'

export type { Program } from './bring-up.ts'
export { effectiveDataDir } from './location.ts'
export { EmbeddedDatabaseUnavailable } from './unavailable.ts'

export interface EmbeddedDatabase {
  /** For postgres.js, whose URLs cannot name a socket: `postgres({ ...connection })`. */
  connection: { host: string; port: number; username: string; database: string }
  /** For psql and pg_dump. */
  url: string
  version: string
  /** PostgreSQL's own folder. */
  directory: string
  /** The folder for other state, such as the generated master key. */
  dataDir: string
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  dataDir: string
  log?: (message: string) => void
  /** Called when a program of PostgreSQL has been started and this process only waits for it. */
  onLaunch?: (program: Program) => void
}

/**
 * The database of the one Poolhouse that serves from this folder; kept running until `stop`. A second one is refused.
 */
export function startEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  return openDatabase(options, true)
}

/** For commands: beside a running Poolhouse, or with a server for the time of the command. */
export function connectEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  return openDatabase(options, false)
}

async function openDatabase(options: EmbeddedOptions, owns: boolean): Promise<EmbeddedDatabase> {
  const { dataDir, log = () => {}, onLaunch = () => {} } = options
  const location = await locate(dataDir)
  const binaries = await findBinaries(location)
  await prepareCluster({ location, binaries, onLaunch }, log)

  const stopping = new AbortController()
  const session = await attach({ location, binaries, owns, log, onLaunch }, stopping.signal)
  const attachment: Attachment = {
    location: { ...location, socketDir: session.socketDir },
    binaries,
    owns,
    log,
    onLaunch,
  }

  const [row] = await session.sql<{ server_version: string }[]>`show server_version`
  const version = row?.server_version.split(' ')[0] ?? String(binaries.major)
  log(`PostgreSQL ${version} in ${location.pgdata}`)
  const sync = (await needsSync(location)) ? syncInBackground(location, binaries) : undefined

  session.hold(false)
  const hold: Hold = { session }
  if (owns) void keepAttached(hold, attachment, stopping.signal)

  let stopped: Promise<void> | undefined
  return {
    connection: { host: session.socketDir, port, username: userName, database: databaseName },
    url: `postgres://${userName}@/${databaseName}?host=${encodeURIComponent(session.socketDir)}`,
    version,
    directory: location.pgdata,
    dataDir: location.dataDir,
    stop() {
      stopping.abort()
      sync?.kill()
      stopped ??= detach(hold, attachment)
      return stopped
    },
  }
}
