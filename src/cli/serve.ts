import cluster from 'node:cluster'
import { parseArgs } from 'node:util'
import { type Config, readConfig } from '../config.ts'
import { yieldThreadPool } from '../lib/thread-priority.ts'
import { openDatabase } from '../store/db.ts'
import { schemaState } from '../store/migrate.ts'
import { collectLessOften, StartError, sizeThreadPool, stopOnSignal } from './run.ts'

/**
 * Production: one process, or a supervisor with one worker for each core. It never migrates: it refuses to run on a
 * schema that is behind, or on one that is ahead by incompatible migrations.
 */
export async function serve(args: string[] = []): Promise<void> {
  const { values } = parseArgs({ args, options: { 'no-console': { type: 'boolean' } } })
  // Workers read the same environment.
  if (values['no-console']) process.env.POOLHOUSE_CONSOLE = 'off'
  collectLessOften(cluster.isWorker ? 'oneOfSeveral' : 'alone')
  const config = readConfig('serve', process.env)
  if (cluster.isWorker) return (await import('./worker.ts')).runWorker(config)
  for (const warning of config.warnings) console.error(warning)
  await requireSchema(config)
  if (config.workers > 1) return (await import('./supervisor.ts')).supervise(config)
  sizeThreadPool(1)
  const { startPoolhouse } = await import('../app.ts')
  const server = await startPoolhouse(config)
  server.ctx.log.info({ port: server.port, publicUrl: config.publicUrl }, 'poolhouse is listening')
  stopOnSignal(server, { acceptFor: config.shutdownDelay })
  await yieldThreadPool()
}

/** @throws StartError if this release cannot run on the schema */
async function requireSchema(config: Config): Promise<void> {
  const { db, close } = openDatabase({ connection: config.databaseUrl!, maxConnections: 1, prepare: false })
  try {
    const { pending, incompatible } = await schemaState(db)
    if (pending.length > 0)
      throw new StartError(`The schema lacks ${pending.join(', ')}. Run \`poolhouse migrate\` first.`)
    if (incompatible.length > 0)
      throw new StartError(`The schema is ahead of this release by ${incompatible.join(', ')}. Run a newer Poolhouse.`)
  } finally {
    await close()
  }
}
