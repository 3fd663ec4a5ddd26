/**
 * A Poolhouse inside a test run: `const poolhouse = await startPoolhouse({ seed })`, and `await poolhouse.stop()` at the
 * end. Works with node:test, vitest and jest.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPoolhouse as startServer } from '../app.ts'
import { readConfig } from '../config.ts'
import type { InboxMessage } from '../delivery/inbox.ts'
import { reset } from '../dev/control-routes.ts'
import { createDevTools } from '../dev/dev-tools.ts'
import type { Fault } from '../dev/faults.ts'
import { applySeed, readSeed, type Seed } from '../dev/seed.ts'
import type { OperationName } from '../pool/handler.ts'
import { openDatabase } from '../store/db.ts'
import { startEmbeddedDatabase } from '../store/embedded/index.ts'
import { migrate } from '../store/migrate.ts'

export type { InboxMessage } from '../delivery/inbox.ts'
export type { Fault } from '../dev/faults.ts'
export type { Seed, SeedClient, SeedPool, SeedUser } from '../dev/seed.ts'

export interface PoolhouseOptions {
  /** What to begin with: a seed, or the path of a seed file. */
  seed?: Seed | string
  /** A free one unless said. */
  port?: number
  region?: string
}

export interface PoolhouseForTests {
  /** The endpoint for SDKs, and the base of issuers. */
  url: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  inbox: {
    messages(filter?: { userPoolId?: string; to?: string }): InboxMessage[]
    /** The newest message to an address, once there is one that came after `since`. */
    waitFor(
      filter: { to: string; userPoolId?: string },
      options?: { since?: Date; timeout?: number },
    ): Promise<InboxMessage>
    clear(): void
  }
  clock: {
    now(): Date
    advance(by: { seconds?: number; minutes?: number; hours?: number; days?: number }): void
    set(time: Date): void
    reset(): void
  }
  /** Makes an operation fail, or late. */
  fail(operation: OperationName, fault: Fault): void
  clearFailures(operation?: OperationName): void
  seed(seed: Seed): Promise<void>
  /** Deletes every pool, or one, and applies the first seed again where everything was deleted. */
  reset(userPoolId?: string): Promise<void>
  stop(): Promise<void>
}

/** Starts a server with a database of its own on a free port. Ready in well under two seconds. */
export async function startPoolhouse(options: PoolhouseOptions = {}): Promise<PoolhouseForTests> {
  const dataDir = await mkdtemp(join(tmpdir(), 'poolhouse-'))
  const database = await startEmbeddedDatabase({ dataDir })
  const stopDatabase = async () => {
    await database.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await prepareSchema(database.connection)
    const tools = createDevTools()
    const config = {
      ...readConfig('dev', {
        POOLHOUSE_PORT: String(options.port ?? 0),
        POOLHOUSE_REGION: options.region,
        POOLHOUSE_LOG_LEVEL: 'error',
      }),
      masterKey: randomBytes(32),
    }
    const server = await startServer(config, { connection: database.connection, devTools: tools })
    const { ctx } = server
    const inbox = ctx.inbox!
    const seed = typeof options.seed === 'string' ? await readSeed(options.seed) : options.seed
    if (seed) await applySeed(ctx, seed)

    return {
      url: config.publicUrl,
      region: config.region,
      credentials: config.credentials[0]!,
      inbox: {
        messages: (filter) => inbox.list(filter),
        clear: () => inbox.clear(),
        async waitFor(filter, { since, timeout = 5000 } = {}) {
          for (const deadline = Date.now() + timeout; ; ) {
            const found = inbox.list(filter).findLast(({ createdAt }) => !since || new Date(createdAt) > since)
            if (found) return found
            if (Date.now() > deadline) throw new Error(`No message to ${filter.to} came within ${timeout} ms`)
            await new Promise((resolve) => setTimeout(resolve, 10))
          }
        },
      },
      clock: {
        now: () => tools.clock.now(),
        advance: ({ seconds = 0, minutes = 0, hours = 0, days = 0 }) =>
          tools.clock.advance((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000),
        set: (time) => tools.clock.set(time),
        reset: () => tools.clock.reset(),
      },
      fail: (operation, fault) => tools.faults.inject(operation, fault),
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

async function prepareSchema(connection: Parameters<typeof openDatabase>[0]['connection']): Promise<void> {
  const { db, close } = openDatabase({ connection, maxConnections: 1, prepare: false })
  try {
    await migrate(db)
  } finally {
    await close()
  }
}
