import { createContext, startPoolhouse } from '../app.ts'
import { readConfig } from '../config.ts'
import { schemaState } from '../store/migrate.ts'
import { collectLessOften, StartError, stopOnSignal } from './run.ts'

/** Production. It never migrates: it refuses to run behind the schema, and ahead only over compatible steps. */
export async function serve(): Promise<void> {
  collectLessOften()
  const config = readConfig('serve', process.env)
  const ctx = createContext(config)
  try {
    const { pending, incompatible } = await schemaState(ctx.db)
    if (pending.length > 0)
      throw new StartError(`The schema lacks ${pending.join(', ')}. Run \`poolhouse migrate\` first.`)
    if (incompatible.length > 0)
      throw new StartError(`The schema is ahead of this release by ${incompatible.join(', ')}. Run a newer Poolhouse.`)
  } finally {
    await ctx.close()
  }
  const server = await startPoolhouse(config)
  server.ctx.log.info({ port: server.port, publicUrl: config.publicUrl }, 'poolhouse is listening')
  stopOnSignal(server)
}
