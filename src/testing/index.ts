/**
 * A Poolhouse inside a test run: `const poolhouse = await startPoolhouse({ seed })`, and `await poolhouse.stop()` at the
 * end. Works with node:test, vitest and jest.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPoolhouse as startServer } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import type { InboxMessage } from '../delivery/inbox.ts'
import { reset } from '../dev/control-routes.ts'
import { createDevTools } from '../dev/dev-tools.ts'
import type { Fault } from '../dev/faults.ts'
import { applySeed, readSeed, type Seed } from '../dev/seed.ts'
import { nearestName } from '../lib/nearest-name.ts'
import { OperatorError } from '../lib/operator-error.ts'
import { allOperations } from '../model/model.ts'
import type { OperationName } from '../pool/handler.ts'
import { openDatabase } from '../store/db.ts'
import { startEmbeddedDatabase } from '../store/embedded/index.ts'
import { migrate } from '../store/migrate.ts'
import { endWithProcess } from './end-with-process.ts'
import { requireNode } from './node-version.ts'
import { type MessageFilter, type WaitOptions, waitForMessage } from './wait-for-message.ts'

export type { InboxMessage } from '../delivery/inbox.ts'
export type { Fault } from '../dev/faults.ts'
export type { Seed, SeedClient, SeedPool, SeedUser } from '../dev/seed.ts'
export { type ConnectedPoolhouse, connectPoolhouse } from './connect.ts'

export interface PoolhouseOptions {
  /** The initial state: a seed, or the path of a seed file. */
  seed?: Seed | string
  /** A free port if absent. */
  port?: number
  region?: string
  /** A folder of trigger functions, like POOLHOUSE_TRIGGERS_DIR. */
  triggersDir?: string
  /** URLs of functions by their name, like POOLHOUSE_WEBHOOKS. */
  webhooks?: Record<string, { url: string; secret: string }>
  /** Limits other than the published ones, like POOLHOUSE_LIMITS. */
  limits?: Record<string, number>
  /** Like POOLHOUSE_STRICT. */
  strict?: boolean
  /** Also listens for https, on a free port, with a certificate created for this run. */
  tls?: boolean
  /** The server's log level on standard output; only errors by default. */
  logLevel?: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

/** All options, so that a misspelt one is refused rather than ignored. */
const optionNames: Record<keyof PoolhouseOptions, true> = {
  seed: true,
  port: true,
  region: true,
  triggersDir: true,
  webhooks: true,
  limits: true,
  strict: true,
  tls: true,
  logLevel: true,
}

export interface PoolhouseForTests {
  /** The endpoint for SDKs, and the base of issuers. */
  url: string
  region: string
  /** With the option `tls`: the same server over https, and the certificate of the authority to trust. */
  https?: { url: string; authority: string }
  credentials: { accessKeyId: string; secretAccessKey: string }
  inbox: {
    messages(filter?: Partial<MessageFilter>): InboxMessage[]
    /** The newest message to an address, waiting for one that is newer than `since`. */
    waitFor(filter: MessageFilter, options?: WaitOptions): Promise<InboxMessage>
    clear(): void
  }
  clock: {
    now(): Date
    advance(by: { seconds?: number; minutes?: number; hours?: number; days?: number }): void
    set(time: Date): void
    reset(): void
  }
  /** Makes an operation fail or delays it. */
  fail(operation: OperationName, fault: Fault): void
  clearFailures(operation?: OperationName): void
  seed(seed: Seed): Promise<void>
  /** Deletes every pool, or one. After deleting all, applies the initial seed again. */
  reset(userPoolId?: string): Promise<void>
  stop(): Promise<void>
}

/** Starts a server with its own database on a free port. Ready in well under two seconds. */
export async function startPoolhouse(options: PoolhouseOptions = {}): Promise<PoolhouseForTests> {
  requireNode(process.versions.node)
  requireKnown('startPoolhouse has no option', Object.keys(options), Object.keys(optionNames))
  // Checked before a database is created: neither a wrong setting nor an unreadable seed needs one.
  const config = {
    ...readConfig('dev', environmentOf(options)),
    masterKey: randomBytes(32),
    tlsPort: options.tls ? 0 : undefined,
  }
  const seed = typeof options.seed === 'string' ? await readSeed(options.seed) : options.seed
  const dataDir = await mkdtemp(join(tmpdir(), 'poolhouse-'))
  const database = await startEmbeddedDatabase({ dataDir })
  // As root, the database may be in another place than asked for: its user has to reach it.
  const folders = [dataDir, database.dataDir, database.connection.host]
  const watcher = endWithProcess(database, folders)
  const stopDatabase = async () => {
    await database.stop()
    watcher.cancel()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
  try {
    await prepareSchema(database.connection)
    const tools = createDevTools()
    const tls = options.tls ? await certificateFor(config, dataDir) : undefined
    const server = await startServer(config, {
      connection: database.connection,
      devTools: tools,
      certificate: tls?.pem,
    })
    const { ctx } = server
    const inbox = ctx.inbox!
    if (seed)
      await applySeed(ctx, seed).catch(async (error) => {
        // Its jobs would query a database that is gone, and keep the test run from exiting.
        await server.close()
        throw error
      })

    return {
      url: config.publicUrl,
      region: config.region,
      ...(tls && { https: { url: `https://localhost:${server.tlsPort}`, authority: tls.authority } }),
      credentials: config.credentials[0]!,
      inbox: {
        messages: (filter) => inbox.list(filter),
        clear: () => inbox.clear(),
        waitFor: (filter, options) => waitForMessage((of) => inbox.list(of), filter, options),
      },
      clock: {
        now: () => tools.clock.now(),
        advance: ({ seconds = 0, minutes = 0, hours = 0, days = 0 }) =>
          tools.clock.advance((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000),
        set: (time) => tools.clock.set(time),
        reset: () => tools.clock.reset(),
      },
      fail(operation, fault) {
        requireKnown(
          'There is no operation',
          [operation],
          allOperations.map(({ name }) => name),
        )
        tools.faults.inject(operation, fault)
      },
      clearFailures: (operation) => tools.faults.clear(operation),
      seed: (more) => applySeed(ctx, more),
      async reset(userPoolId) {
        await reset(ctx, tools, userPoolId)
        if (userPoolId === undefined && seed) await applySeed(ctx, seed)
      },
      async stop() {
        await server.close()
        await stopDatabase()
      },
    }
  } catch (error) {
    await stopDatabase()
    throw error
  }
}

/** @throws OperatorError for an unknown name, with the nearest known one */
function requireKnown(problem: string, names: string[], known: string[]): void {
  const wrong = names.find((name) => !known.includes(name))
  if (wrong === undefined) return
  const nearest = nearestName(wrong, known)
  throw new OperatorError(`${problem} ${wrong}${nearest ? `; did you mean ${nearest}?` : '.'}`)
}

const environmentOf = ({ port, region, triggersDir, webhooks, limits, strict, logLevel }: PoolhouseOptions) => ({
  POOLHOUSE_PORT: String(port ?? 0),
  POOLHOUSE_REGION: region,
  POOLHOUSE_TRIGGERS_DIR: triggersDir,
  POOLHOUSE_WEBHOOKS: webhooks && JSON.stringify(webhooks),
  POOLHOUSE_LIMITS: limits && JSON.stringify(limits),
  POOLHOUSE_STRICT: strict === undefined ? undefined : strict ? 'on' : 'off',
  POOLHOUSE_LOG_LEVEL: logLevel ?? 'error',
})

async function certificateFor(config: Config, dataDir: string): Promise<{ pem: string; authority: string }> {
  const { certificateNames, developmentCertificate } = await import('../dev/certificate.ts')
  const { pem, authorityFile } = await developmentCertificate(dataDir, certificateNames(config), new Date())
  return { pem, authority: await readFile(authorityFile, 'utf8') }
}

async function prepareSchema(connection: Parameters<typeof openDatabase>[0]['connection']): Promise<void> {
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: false })
  try {
    await migrate(db)
  } finally {
    await close()
  }
}
