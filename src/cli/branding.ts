import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '../config.ts'
import { createPreviewLink } from '../pool/branding/preview-link.ts'
import { listPreviewClients } from '../pool/branding/preview-store.ts'
import { databaseTime } from '../store/database-time.ts'
import { StartError } from './run.ts'
import { withDatabase } from './with-database.ts'

/** Creates the link in the database directly, so that no administrator's key is needed, here or in the browser. */
export async function branding(
  args: string[],
  use: typeof withDatabase = withDatabase,
  print: (text: string) => unknown = console.log,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { pool: { type: 'string' }, client: { type: 'string' } },
    allowPositionals: true,
  })
  const { pool, client } = values
  if (positionals.join(' ') !== 'preview' || !pool)
    throw new ConfigError(['branding takes: preview --pool ID [--client ID]'])
  const { publicUrl } = readConfig('dev', process.env)
  const path = await use(async (db) => {
    const clients = await listPreviewClients(db, pool)
    const chosen = client ? clients.find(({ clientId }) => clientId === client) : clients[0]
    if (!chosen) throw new StartError(`Pool ${pool} has no app client${client ? ` ${client}` : ''}.`)
    return createPreviewLink(db, chosen, new Date(await databaseTime(db)))
  })
  print(`${publicUrl}${path}\n\nIt opens once, within ten minutes.`)
}
