import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import Koa from 'koa'
import { pino } from 'pino'
import { createAccessLog } from './access-log.ts'
import { auditCall } from './administration/audit/audit-call.ts'
import { auditSignIn } from './administration/audit/audit-sign-in.ts'
import { flushRecords } from './administration/audit/record-queue.ts'
import { poolhouseHandlers } from './administration/handlers.ts'
import { poolCounts, poolMetricsObserver } from './administration/metrics/pool-counts.ts'
import { createCallerLimitsAnswer } from './caller-limits-answer.ts'
import type { Config } from './config.ts'
import { createConsole } from './console/console.ts'
import { type Clock, type Context, wallClock } from './context.ts'
import { createDatabaseClock } from './database-clock.ts'
import { createInbox } from './delivery/inbox.ts'
import { createLogDelivery } from './delivery/logs/log-delivery.ts'
import { createOutboxSignals } from './delivery/outbox-signals.ts'
import { outboxState } from './delivery/outbox-store.ts'
import type { DevTools } from './dev/dev-tools.ts'
import { followMasterKey } from './follow-master-key.ts'
import { createForwardedFilter } from './forwarded.ts'
import { createHealth, type ServerState } from './health.ts'
import { createHosted } from './hosted/hosted.ts'
import { createErrorPage } from './hosted/message-page.ts'
import { createPreview } from './hosted/preview/preview.ts'
import { createImportUpload } from './import-upload.ts'
import { createInstallationDocument } from './installation-document.ts'
import { type JobSelection, startJobs } from './jobs/jobs.ts'
import { type CallerLimits, createCallerLimits } from './lib/caller-limits.ts'
import { networkOf } from './lib/client-address.ts'
import { runForCaller } from './lib/current-caller.ts'
import { createKeyring } from './lib/keyring.ts'
import { createLogStream } from './lib/log-stream.ts'
import { Memory } from './lib/memory.ts'
import { type Observer, observeWith } from './lib/observations.ts'
import { type CloseOptions, type Listener, listen, type RequestHandler } from './listener.ts'
import { type CollectMetrics, createMetrics, type Metrics, type MetricsReport } from './metrics.ts'
import type { MetricSources } from './metrics-registry.ts'
import { limitsWith } from './model/limits.ts'
import { createNotFoundPage } from './not-found-page.ts'
import { createFederation } from './oauth/federation/routes.ts'
import { createOAuth } from './oauth/oauth.ts'
import { createWellKnown } from './oauth/well-known.ts'
import { handlers } from './pool/handlers.ts'
import { createCallGate } from './pool/provisioned-limits/call-gate.ts'
import { createRateGate } from './pool/provisioned-limits/rate-gate.ts'
import { isReplicaRegion } from './pool/replicas/replica-store.ts'
import { poolhouse, userPools } from './pool/services.ts'
import { signingKeyFigures } from './pool/tokens/signing-key-store.ts'
import { shareCallerLimits } from './shared-caller-limits.ts'
import { databaseTime } from './store/database-time.ts'
import { type Database, type DatabaseOptions, openDatabase } from './store/db.ts'
import { checkMasterKey } from './store/installation.ts'
import { openReadReplica } from './store/read-replica.ts'
import { createSts } from './sts/sts.ts'
import type { TracingSettings } from './tracing-settings.ts'
import { createTriggers } from './triggers/triggers.ts'
import { createUnavailableAnswer } from './unavailable-answer.ts'
import { createWire } from './wire/dispatch.ts'
import { describeFailure } from './wire/failure.ts'
import type { WireOptions } from './wire/wire.ts'

export interface Poolhouse {
  ctx: Context
  /** Where it listens, which differs from the public URL when the port was chosen by the system. */
  port: number
  /** Dev only: where it listens for https. */
  tlsPort?: number
  /** What this process has counted. */
  reportMetrics(): Promise<MetricsReport>
  /** Stops taking requests, lets those under way finish, then closes the database. */
  close(options?: CloseOptions): Promise<void>
}

export interface StartOptions {
  /** Where the embedded database listens; the configured DATABASE_URL otherwise. */
  connection?: DatabaseOptions['connection']
  /** In the place of the database's, which orders what several nodes do. */
  clock?: Clock
  /** The clock of this machine, where a test sets it wrong. */
  machineClock?: Clock
  /** Background work: outbox, sweep, spare keys. All of it unless a test drives it by hand. */
  jobs?: false | JobSelection
  /** The metrics of every process of this server, where there are several. */
  collectMetrics?: CollectMetrics
  /** An operation answered an error that the service model does not give it. */
  onUndeclaredError?: WireOptions['onUndeclaredError']
  /** Dev only: a clock that moves, failures on demand. */
  devTools?: DevTools
  /** Dev only: what the listener at the configured TLS port shows, key and certificates in one. */
  certificate?: string
}

/** The composition root: one configuration in, one listening server out. */
export async function startPoolhouse(config: Config, options: StartOptions = {}): Promise<Poolhouse> {
  const ctx = createContext(config, options)
  const state: ServerState = { isStopping: false, clockDifference: ctx.clockDifference }
  try {
    if (config.tracing) ctx.tracing = await loadTracing(config.tracing, ctx.log)
    await checkMasterKey(ctx.db, ctx.keyring)
    const follower = config.previousMasterKey && followMasterKey(ctx)
    await ctx.startClock()
    const metrics = createMetrics(metricSources(ctx), options.collectMetrics)
    ctx.observers.push(metrics.observer)
    const limits = config.callerRates && createCallerLimits(config.callerRates)
    const shared = limits && config.callerLimitsShared ? shareCallerLimits(ctx, limits) : undefined
    const handle = createRequestHandler(await createApp(ctx, { state, metrics, limits }, options), config)
    const listener = await listen(createServer(handle), config.port, config.host)
    const { port } = listener
    // A test asks for port 0 and learns it here; every address that is derived from the public URL follows.
    if (config.port === 0) config.publicUrl = config.publicUrl.replace(/:0$/, `:${port}`)
    if (config.port === 0) config.issuer = config.issuer.replace(/:0\//, `:${port}/`)
    const tlsListener = await listenTls(handle, config, options.certificate).catch(async (error) => {
      await listener.close()
      throw error
    })
    const jobs = options.jobs === false ? undefined : startJobs(ctx, options.jobs)

    return {
      ctx,
      port,
      reportMetrics: metrics.report,
      ...(tlsListener && { tlsPort: tlsListener.port }),
      async close(options) {
        state.isStopping = true
        await Promise.all([listener.close(options), tlsListener?.close(options)])
        follower?.stop()
        await jobs?.stop()
        await ctx.tracing?.close()
        shared?.stop()
        await flushRecords(ctx)
        await ctx.close()
      },
    }
  } catch (error) {
    await ctx.close()
    throw error
  }
}

interface OpenContext extends Context {
  checkDatabase: Database['check']
  databaseFigures: Database['figures']
  /** To which those who come later are added. */
  observers: Observer[]
  startClock(): Promise<void>
  clockDifference: ServerState['clockDifference']
  close(): Promise<void>
}

const loadTracing = async (settings: TracingSettings, log: Context['log']) =>
  (await import('./tracing.ts')).createTracing(settings, log)

function metricSources(ctx: OpenContext): MetricSources {
  return {
    outbox: () => outboxState(ctx.db, ctx.clock.now()),
    signingKeys: () => signingKeyFigures(ctx.db, ctx.clock.now()),
    database: ctx.databaseFigures,
    caches: () => ctx.memory.caches(),
  }
}

/** Everything but the listening socket: what CLI commands and tests of the inner layers work with. */
export function createContext(config: Config, options: StartOptions = {}): OpenContext {
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
  const { db, noting, check, figures, close } = openDatabase({ connection, ...database })
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
    keyring: createKeyring(config.masterKey, config.previousMasterKey && [config.previousMasterKey]),
    log,
    memory,
    observers,
    observe,
    limits,
    outbox: createOutboxSignals(),
    logs,
    triggers,
    admit: createRateGate({ config, db, limits, log }),
    ...(config.mode === 'dev' && { inbox: createInbox() }),
    checkDatabase: check,
    databaseFigures: figures,
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

const clientGone = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ECONNABORTED',
  // It left in the middle of a request.
  'HPE_INVALID_EOF_STATE',
])

async function createApp(
  ctx: OpenContext,
  { state, metrics, limits }: { state: ServerState; metrics: Metrics; limits: CallerLimits | undefined },
  { onUndeclaredError, devTools }: StartOptions,
): Promise<Koa> {
  const app = new Koa({ proxy: true })
  app.silent = true
  app.on('error', (error) => {
    // A client that went away is its own business.
    if (!clientGone.has(error.code)) ctx.log.error(describeFailure(error, true), 'request failed')
  })
  if (ctx.tracing) app.use((await import('./tracing.ts')).traceRequests(ctx.tracing))
  const accessLog = createAccessLog(ctx)
  if (accessLog) app.use(accessLog)
  const refusalLog = ctx.config.mode === 'dev' && (await import('./dev/refusal-log.ts')).createRefusalLog(ctx)
  if (refusalLog) app.use(refusalLog)
  // Where callers are counted they also take turns: for connections to the database and for signatures.
  if (limits) app.use((koa, next) => runForCaller(networkOf(koa.ip), next))
  app.use(createSts(ctx, limits))
  // Early, since most requests are its own; what is not goes on.
  app.use(
    createWire(ctx, [userPools(handlers), poolhouse(poolhouseHandlers)], {
      onUndeclaredError,
      onAnswered: metrics.onAnswered,
      intercept: devTools?.faults.intercept,
      admit: createCallGate(ctx),
      audit: (call) => auditCall(ctx, call),
      limits,
      isReplicaRegion: (region) => isReplicaRegion(ctx.db, region),
    }),
  )
  app.use(metrics.countAnswers)
  app.use(createHealth(ctx, state, ctx.checkDatabase))
  app.use(metrics.middleware)
  app.use(createUnavailableAnswer(ctx))
  app.use(createNotFoundPage())
  if (limits) app.use(createCallerLimitsAnswer(limits, new URL(ctx.config.publicUrl).host))
  app.use(createInstallationDocument(ctx))
  app.use(createWellKnown(ctx))
  app.use(createImportUpload(ctx))
  const renderError = createErrorPage(ctx)
  app.use(createOAuth(ctx, { renderError }))
  app.use(createFederation(ctx, { renderError }))
  app.use(createHosted(ctx))
  app.use(createPreview(ctx))
  // What exists in dev alone is not even loaded in production.
  if (ctx.config.mode === 'dev') {
    app.use((await import('./dev/home-page.ts')).createHomePage(ctx))
    if (ctx.config.console) app.use((await import('./dev/console-session.ts')).createConsoleSession(ctx))
    app.use((await import('./dev/demo-app.ts')).createDemoApp(ctx))
    if (devTools) app.use((await import('./dev/control-routes.ts')).createControlRoutes(ctx, devTools))
    app.use((await import('./dev/branding-door.ts')).createBrandingDoor(ctx))
    app.use((await import('./dev/inbox-routes.ts')).createInboxRoutes(ctx))
  }
  if (ctx.config.console) app.use(createConsole(ctx))
  return app
}

function createRequestHandler(app: Koa, config: Config): RequestHandler {
  const filter = createForwardedFilter(config.trustProxy, config.clientCertificateHeader)
  const handle = app.callback()
  return (req, res) => {
    filter(req)
    handle(req, res)
  }
}

/** The same application, a second time; that a connection is encrypted is seen on its socket. */
async function listenTls(
  handle: RequestHandler,
  { tlsPort, host }: Config,
  certificate: string | undefined,
): Promise<Listener | undefined> {
  if (tlsPort === undefined || certificate === undefined) return undefined
  return listen(createTlsServer({ key: certificate, cert: certificate }, handle), tlsPort, host)
}
