import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type Koa from 'koa'
import { flushRecords } from './administration/audit/record-queue.ts'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import { outboxState } from './delivery/outbox-store.ts'
import { followMasterKey } from './follow-master-key.ts'
import { createForwardedFilter } from './forwarded.ts'
import type { ServerState } from './health.ts'
import { type JobSelection, startJobs } from './jobs/jobs.ts'
import { createCallerLimits } from './lib/caller-limits.ts'
import { type CloseOptions, type Connect, type Listener, listen, type RequestHandler } from './listener.ts'
import { type CollectMetrics, createMetrics, type MetricsReport } from './metrics.ts'
import type { MetricSources } from './metrics-registry.ts'
import { type ContextOptions, createContext, type OpenContext } from './open-context.ts'
import { signingKeyFigures } from './pool/tokens/signing-key-store.ts'
import { shareCallerLimits } from './shared-caller-limits.ts'
import { checkMasterKey } from './store/installation.ts'
import { type AppOptions, createApp } from './surfaces.ts'
import type { TracingSettings } from './tracing-settings.ts'

export interface Poolhouse {
  ctx: Context
  /** The address it listens on, which differs from the public URL if the system chose the port. */
  port: number
  /** Dev only: the address for https. */
  tlsPort?: number
  /** Health checks say that the server is ready from now on, if it was started with `isPreparing`. */
  prepared(): void
  /** Closes database connections that the start has opened and that nobody uses. */
  closeIdleConnections(): Promise<void>
  /** The metrics of this process. */
  reportMetrics(): Promise<MetricsReport>
  /** Stops accepting requests, lets those in progress finish, then closes the database. */
  close(options?: CloseOptions): Promise<void>
}

export interface StartOptions extends ContextOptions, AppOptions {
  /** Background work: outbox, sweep, spare keys. Tests may turn it off and run jobs themselves. */
  jobs?: false | JobSelection
  /** Where connections come from, if not from a listening socket of its own. */
  connect?: Connect
  /** The metrics of every process of this server, if there are several. */
  collectMetrics?: CollectMetrics
  /** Dev only: key and certificates of the listener at the configured TLS port. */
  certificate?: string
  /** Dev only: it listens, but health checks don't call it ready before `prepared` is called. */
  isPreparing?: boolean
}

/** The composition root: one configuration in, one listening server out. */
export async function startPoolhouse(config: Config, options: StartOptions = {}): Promise<Poolhouse> {
  const ctx = createContext(config, options)
  const { isPreparing } = options
  const state: ServerState = { isStopping: false, isPreparing, clockDifference: ctx.clockDifference }
  try {
    if (config.tracing) ctx.tracing = await loadTracing(config.tracing, ctx.log)
    await checkMasterKey(ctx.db, ctx.keyring)
    const follower = config.previousMasterKey && followMasterKey(ctx)
    await ctx.startClock()
    const metrics = createMetrics(metricSources(ctx), options.collectMetrics)
    ctx.observers.push(metrics.observer)
    const limits = config.callerRates && createCallerLimits(config.callerRates, ctx.monotonic)
    const shared = limits && config.callerLimitsShared ? shareCallerLimits(ctx, limits) : undefined
    const handle = createRequestHandler(await createApp(ctx, { state, metrics, limits }, options), config)
    const listener = await listen(createServer(handle), config.port, config.host, options.connect)
    const { port } = listener
    // A test uses port 0 and learns the port here; every address derived from the public URL follows.
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
      prepared() {
        state.isPreparing = false
      },
      closeIdleConnections: ctx.closeIdleConnections,
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

function createRequestHandler(app: Koa, config: Config): RequestHandler {
  const filter = createForwardedFilter(config.trustProxy, config.clientCertificateHeader)
  const handle = app.callback()
  return (req, res) => {
    filter(req)
    handle(req, res)
  }
}

/** The same application on a second listener; whether a connection is encrypted is taken from its socket. */
async function listenTls(
  handle: RequestHandler,
  { tlsPort, host }: Config,
  certificate: string | undefined,
): Promise<Listener | undefined> {
  if (tlsPort === undefined || certificate === undefined) return undefined
  return listen(createTlsServer({ key: certificate, cert: certificate }, handle), tlsPort, host)
}
