import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Poolhouse, startPoolhouse } from '../app.ts'
import type { Config } from '../config.ts'
import { ensureDemo, loadTotp } from '../dev/demo.ts'
import { createDevTools } from '../dev/dev-tools.ts'
import { developmentMasterKey } from '../dev/master-key.ts'
import { applySeed, readSeed } from '../dev/seed.ts'
import { releaseMemory } from '../lib/release-memory.ts'
import { generateSigningKey, type SigningKey } from '../lib/signing-key.ts'
import { startSrpThread } from '../lib/srp-powers.ts'
import { yieldThreadPool } from '../lib/thread-priority.ts'
import { listCustomDomains } from '../pool/domains/domain-store.ts'
import { sealSigningKey } from '../pool/tokens/make-signing-key.ts'
import { insertSpareKey } from '../pool/tokens/signing-key-store.ts'
import { type DatabaseOptions, openDatabase } from '../store/db.ts'
import { isEmpty, loadMigrations, migrate } from '../store/migrate.ts'
import type { StartedDatabase } from './dev.ts'
import { stopOnSignal } from './run.ts'

/** When what the start left behind is collected: its first requests are over by then, in milliseconds. */
const releaseAfter = 4000

/** What a first start needs and can have before its database. */
export interface FirstStart {
  /** For the demo pool. */
  keys: Promise<SigningKey[]>
}

/** For the time in which initdb runs, which takes one core. */
export function prepareFirstStart(): FirstStart {
  // Whoever needs it loads it again, and reports what fails.
  loadMigrations().catch(() => {})
  loadTotp().catch(() => {})
  startSrpThread()
  return { keys: demoKeys() }
}

const demoKeys = () => Promise.all([generateSigningKey(), generateSigningKey()])

interface DevStart {
  database: StartedDatabase
  ahead: FirstStart | undefined
  /** When the command began. */
  started: number
}

/** Runs the development server on its database, which is stopped with it. */
export async function startDevServer(config: Config, { database, ahead, started }: DevStart): Promise<void> {
  try {
    const { customDomains, keys } = await migrateOnStart(database.connection, ahead)
    config.masterKey ??= await developmentMasterKey(database.dataDir)
    const tls = config.tlsPort === undefined ? undefined : await certificateOf(config, customDomains, database.dataDir)
    const server = await startPoolhouse(config, {
      connection: database.connection,
      devTools: createDevTools(),
      certificate: tls?.pem,
      isPreparing: true,
    })
    stopOnSignal(server, { after: database.stop })
    try {
      for (const key of keys)
        await insertSpareKey(server.ctx.db, sealSigningKey(server.ctx, key), server.ctx.clock.now())
      const seeded = await applySeedFile(server, config.seedFile)
      await announce(server, {
        database: database.description,
        milliseconds: performance.now() - started,
        seeded,
        authorityFile: tls?.authorityFile,
      })
      server.prepared()
      await yieldThreadPool()
      setTimeout(() => releaseWhatStartLeft(server), releaseAfter).unref()
    } catch (error) {
      await server.close()
      throw error
    }
  } catch (error) {
    await database.stop()
    throw error
  }
}

/** Each connection keeps a process of PostgreSQL and its caches, a few megabytes. */
function releaseWhatStartLeft(server: Poolhouse): void {
  server.closeIdleConnections().catch((error) => server.ctx.log.warn({ err: error }, 'a connection was not closed'))
  releaseMemory()
}

interface StartedSchema {
  /** Of all pools. */
  customDomains: string[]
  /** For the demo pool of a new database. */
  keys: SigningKey[]
}

async function migrateOnStart(
  connection: DatabaseOptions['connection'],
  ahead: FirstStart | undefined,
): Promise<StartedSchema> {
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: false })
  try {
    const isNew = await isEmpty(db)
    // Another core makes them while PostgreSQL makes the tables.
    const keys = isNew ? (ahead?.keys ?? demoKeys()) : []
    await migrate(db)
    return { customDomains: await listCustomDomains(db), keys: await keys }
  } finally {
    await close()
  }
}

async function certificateOf(config: Config, customDomains: string[], dataDir: string) {
  const { certificateNames, developmentCertificate } = await import('../dev/certificate.ts')
  return developmentCertificate(dataDir, certificateNames(config, customDomains), new Date())
}

/** The file that the setting names, or poolhouse.json if it exists. With a seed there is no demo. */
async function applySeedFile({ ctx }: Poolhouse, named: string | undefined): Promise<string | undefined> {
  const file = named ?? (existsSync('poolhouse.json') ? 'poolhouse.json' : undefined)
  if (file) await applySeed(ctx, await readSeed(file))
  return file
}

interface Started {
  database: string
  milliseconds: number
  seeded: string | undefined
  authorityFile: string | undefined
}

async function announce(server: Poolhouse, { database, milliseconds, seeded, authorityFile }: Started): Promise<void> {
  const { ctx } = server
  const url = ctx.config.publicUrl
  const { accessKeyId, secretAccessKey } = ctx.config.credentials[0]!
  console.log(`
Poolhouse is ready at ${url} after ${(milliseconds / 1000).toFixed(1)} s
  database   ${database}
  inbox      ${url}/_poolhouse/`)

  if (server.tlsPort !== undefined && authorityFile)
    console.log(`  https      https://localhost:${server.tlsPort}, once your browser trusts the authority in
             ${resolve(authorityFile)} (docs/amplify.md says how)`)
  if (seeded) console.log(`  seed       ${seeded} is applied`)
  const demo = seeded ? undefined : await ensureDemo(ctx)
  if (demo)
    console.log(`
Try it
  demo app   ${demo.appUrl}
  login      ${demo.loginUrl}
  user       ${demo.username}
  password   ${demo.password}`)

  const consoleLine = ctx.config.console ? `  console    ${url}/console/\n` : ''
  console.log(`
Administer it
${consoleLine}  AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_DEFAULT_REGION=${ctx.config.region} \\
    aws cognito-idp list-user-pools --max-results 10 --endpoint-url ${url}

Stop it with Ctrl+C.`)
}
