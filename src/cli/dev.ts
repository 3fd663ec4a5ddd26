import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Config, readConfig } from '../config.ts'
import type { DatabaseOptions } from '../store/db.ts'
import type { Program } from '../store/embedded/index.ts'
import { collectLessOften, StartError } from './run.ts'

/** Development: one command, nothing to set up, and nothing leaves the machine. */
export async function dev(): Promise<void> {
  const started = performance.now()
  collectLessOften()
  const config = readConfig('dev', process.env)
  for (const warning of config.warnings) console.error(warning)
  keepCompiledCode(config)
  requireFiles(config)
  await requireFreePort(config)
  // PostgreSQL's programs run while the rest of the program is loaded, which would delay their launch.
  const launched = Promise.withResolvers<Program>()
  const starting = startDatabase(config, launched.resolve)
  const isFirst = (await Promise.race([launched.promise, starting])) === 'initdb'
  const [database, { startDevServer, ahead }] = await Promise.all([starting, loadServer(isFirst)])
  await startDevServer(config, { database, ahead, started })
}

async function loadServer(isFirst: boolean) {
  const { prepareFirstStart, startDevServer } = await import('./dev-server.ts')
  return { startDevServer, ahead: isFirst ? prepareFirstStart() : undefined }
}

/** The next start reads it. In the data folder, since whoever can write to it can change what the program does. */
function keepCompiledCode({ dataDir }: Config): void {
  if (existsSync(dataDir)) enableCompileCache(join(dataDir, 'compile-cache'))
}

/** What the settings name must be there; checked before a database is created. @throws StartError */
function requireFiles({ seedFile, triggersDir }: Config): void {
  if (seedFile && !existsSync(seedFile)) throw new StartError(`POOLHOUSE_SEED: there is no file ${seedFile}.`)
  if (triggersDir && !existsSync(triggersDir))
    throw new StartError(`POOLHOUSE_TRIGGERS_DIR: there is no folder ${triggersDir}.`)
}

/** Runs before a database is created or started in vain. @throws the system's error if the port is taken */
async function requireFreePort({ port, host }: Config): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken(port, host) : error),
    )
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

const portTaken = (port: number, host: string) =>
  new StartError(`Port ${port} of ${host} is taken: by another Poolhouse? POOLHOUSE_PORT chooses another.`)

export interface StartedDatabase {
  connection: DatabaseOptions['connection']
  dataDir: string
  description: string
  stop(): Promise<void>
}

async function startDatabase(config: Config, onLaunch: (program: Program) => void): Promise<StartedDatabase> {
  if (config.databaseUrl) {
    const { host } = new URL(config.databaseUrl)
    return {
      connection: config.databaseUrl,
      dataDir: config.dataDir,
      description: `the PostgreSQL at ${host}`,
      stop: async () => {},
    }
  }
  const { startEmbeddedDatabase } = await import('../store/embedded/index.ts')
  const log = (message: string) => console.log(message)
  const embedded = await startEmbeddedDatabase({ dataDir: config.dataDir, log, onLaunch })
  return {
    connection: embedded.connection,
    dataDir: embedded.dataDir,
    description: `PostgreSQL ${embedded.version} in ${embedded.directory}`,
    stop: () => embedded.stop(),
  }
}
