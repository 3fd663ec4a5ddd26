import { randomBytes, randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { type Config, readConfig } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import { createInbox } from '../../src/delivery/inbox.ts'
import { createLogDelivery } from '../../src/delivery/logs/log-delivery.ts'
import { createOutboxSignals } from '../../src/delivery/outbox-signals.ts'
import { createKeyring } from '../../src/lib/keyring.ts'
import { Memory } from '../../src/lib/memory.ts'
import { limitsWith } from '../../src/model/limits.ts'
import type { PoolSettings } from '../../src/model/settings.ts'
import { type Pool, requirePool } from '../../src/pool/pools/pool.ts'
import { openDatabase } from '../../src/store/db.ts'
import { createTriggers } from '../../src/triggers/triggers.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { createTestDatabase } from '../support/database.ts'

/** A node's context without a listener, on a database of its own or a shared one. */
export interface Scene {
  ctx: Context
  clock: TestClock
  /** Everything that was logged, at every level. */
  logged(): string
  pool(settings?: Partial<PoolSettings>): Promise<Pool>
  user(pool: Pool): Promise<string>
  /** Another process over the same database, with the same master key. */
  node(overrides?: Partial<Config>): Promise<Scene>
  close(): Promise<void>
}

interface Shared {
  database: Awaited<ReturnType<typeof createTestDatabase>>
  clock: TestClock
  masterKey: Buffer
}

export async function createScene(overrides: Partial<Config> = {}, shared?: Shared): Promise<Scene> {
  const own = shared ?? { database: await createTestDatabase(), clock: testClock(), masterKey: randomBytes(32) }
  const { database, clock, masterKey } = own
  const config: Config = { ...readConfig('dev', {}), masterKey, ...overrides }
  const { db, close } = openDatabase({ connection: database.connection, maxConnections: 8, prepare: true })
  let lines = ''
  const sink = new Writable({
    write(chunk, _, done) {
      lines += chunk
      done()
    },
  })
  const log = pino({ level: 'trace' }, sink)
  const ctx: Context = {
    config,
    db,
    dbNoting: () => db,
    connection: database.connection,
    clock,
    monotonic: () => clock.now().getTime(),
    keyring: createKeyring(masterKey),
    log,
    triggers: createTriggers(config, log),
    admit: () => {},
    memory: new Memory(),
    observe: () => {},
    limits: limitsWith(config.limits),
    outbox: createOutboxSignals(),
    logs: createLogDelivery(config, log),
    ...(config.mode === 'dev' && { inbox: createInbox() }),
  }
  const nodes: Scene[] = []

  return {
    ctx,
    clock,
    logged: () => lines,
    async pool(settings = {}) {
      const id = `us-east-1_${randomBytes(4).toString('hex')}x`
      const now = clock.now()
      await ctx.db
        .insertInto('pools')
        .values({
          id,
          name: 'a pool',
          settings: { SchemaAttributes: [], ...settings },
          created_at: now,
          updated_at: now,
        })
        .execute()
      return requirePool(ctx, id)
    },
    async user(pool) {
      const id = randomUUID()
      const now = clock.now()
      await ctx.db
        .insertInto('users')
        .values({
          pool_id: pool.id,
          id,
          username: id,
          status: 'UNCONFIRMED',
          attributes: {},
          created_at: now,
          updated_at: now,
        } as never)
        .execute()
      return id
    },
    async node(more = {}) {
      const node = await createScene({ ...overrides, ...more }, own)
      nodes.push(node)
      return node
    },
    async close() {
      for (const node of nodes) await node.close()
      await close()
      if (!shared) await database.drop()
    },
  }
}

export async function until<T>(find: () => T | undefined | Promise<T | undefined>, limit = 5000): Promise<T> {
  for (const end = performance.now() + limit; performance.now() < end; ) {
    const found = await find()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('It did not happen in time')
}
