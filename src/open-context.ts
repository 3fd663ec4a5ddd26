import { pino } from 'pino'
import { auditSignIn } from './administration/audit/audit-sign-in.ts'
import { poolCounts, poolMetricsObserver } from './administration/metrics/pool-counts.ts'
import type { Config } from './config.ts'
import { type Clock, type Context, wallClock } from './context.ts'
import { createDatabaseClock } from './database-clock.ts'
import { createInbox } from './delivery/inbox.ts'
import { createLogDelivery } from './delivery/logs/log-delivery.ts'
import { createOutboxSignals } from './delivery/outbox-signals.ts'
import type { DevTools } from './dev/dev-tools.ts'
import type { ServerState } from './health.ts'
import { createKeyring } from './lib/keyring.ts'
import { createLogStream } from './lib/log-stream.ts'
import { Memory } from './lib/memory.ts'
import { type Observer, observeWith } from './lib/observations.ts'
import { limitsWith } from './model/limits.ts'
import { createRateGate } from './pool/provisioned-limits/rate-gate.ts'
import { databaseTime } from './store/database-time.ts'
import { type Database, type DatabaseOptions, openDatabase } from './store/db.ts'
import { openReadReplica } from './store/read-replica.ts'
import { createTriggers } from './triggers/triggers.ts'

export interface ContextOptions {
  /** The address of the embedded database; otherwise the configured DATABASE_URL is used. */
  connection?: DatabaseOptions['connection']
  /** Replaces the database's clock, which orders the events of several nodes. */
  clock?: Clock
  /** This machine's clock; tests set it wrong. */
  machineClock?: Clock
  /** Dev only: a clock that moves, injected faults. */
  devTools?: DevTools
}

/** A context and what only the process that opened it needs. */
export interface OpenContext extends Context {
  checkDatabase: Database['check']
  databaseFigures: Database['figures']
  closeIdleConnections: Database['closeIdle']
  /** Observers may be added until the server listens. */
  observers: Observer[]
  startClock(): Promise<void>
  clockDifference: ServerState['clockDifference']
  close(): Promise<void>
}

/** Opens the database, the logs and everything else that a server has before it listens. */
export function createContext(config: Config, options: ContextOptions): OpenContext {
  if (!config.masterKey) throw new Error('No master key')
  const connection = options.connection ?? config.databaseUrl
  if (!connection) throw new Error('No database')
  const logStream = createLogStream(1)
  const log = pino({ level: config.logLevel }, logStream)
  const database = {
    maxConnections: config.databasePoolSize,
    prepare: config.databasePrepare,
    limits: config.databaseLimits,
    onNotice: (text: string) => log.debug({ notice: text }, 'database notice'),
  }
  const { db, noting, check, figures, closeIdle, close } = openDatabase({ connection, ...database })
  const replica =
    config.databaseReadUrl === undefined
      ? undefined
      : openReadReplica({
          primary: db,
          standby: openDatabase({ connection: config.databaseReadUrl, ...database }),
          maxLag: config.databaseReadMaxLag,
          onUsed: () => log.info('the read replica keeps up, and takes reads'),
          onLeftOut: (reason) => log.warn({ reason: reasonOf(reason) }, 'the read replica takes no reads'),
        })
  const databaseClock = createDatabaseClock({
    readDatabaseTime: () => databaseTime(db),
    machineClock: options.machineClock ?? wallClock,
    onDifference: (milliseconds) => log.warn({ milliseconds }, "this machine's clock is not the database's"),
  })
  const clock = options.clock ?? options.devTools?.clock
  const memory = new Memory()
  const now = () => (clock ?? databaseClock).now()
  const { clock: testClock } = options
  const monotonic = testClock ? () => testClock.now().getTime() : () => performance.now()
  const limits = limitsWith(config.limits)
  const observers: Observer[] = [poolMetricsObserver(poolCounts({ memory }), now)]
  const observe = observeWith(observers)
  const triggers = createTriggers(config, log, observe)
  const logs = createLogDelivery(config, log)
  const ctx: OpenContext = {
    config,
    db,
    replica,
    dbNoting: (note) => noting(note, ctx.db.getExecutor().plugins),
    connection,
    clock: clock ?? databaseClock,
    monotonic,
    keyring: createKeyring(config.masterKey, config.previousMasterKey && [config.previousMasterKey]),
    log,
    memory,
    observers,
    observe,
    limits,
    outbox: createOutboxSignals(),
    logs,
    triggers,
    admit: createRateGate({ config, db, limits, log }, monotonic),
    ...(config.mode === 'dev' && { inbox: createInbox() }),
    checkDatabase: check,
    databaseFigures: figures,
    closeIdleConnections: closeIdle,
    startClock: async () => {
      if (!clock) await databaseClock.start()
    },
    clockDifference: clock ? () => 0 : databaseClock.difference,
    async close() {
      databaseClock.stop()
      triggers.close()
      await logs.close()
      await replica?.close()
      await close()
      await logStream.flush(1000)
    },
    recordSignIn: (caller, attempt) => auditSignIn(ctx, caller, attempt),
  }
  return ctx
}

const reasonOf = (reason: unknown): string => (reason instanceof Error ? reason.message : String(reason))
