import Koa from 'koa'
import { createAccessLog } from './access-log.ts'
import { auditCall } from './administration/audit/audit-call.ts'
import { poolhouseHandlers } from './administration/handlers.ts'
import { createCallerLimitsAnswer } from './caller-limits-answer.ts'
import { createConsole } from './console/console.ts'
import { createHealth, isHealthCheck, type ServerState } from './health.ts'
import { createHosted } from './hosted/hosted.ts'
import { createErrorPage } from './hosted/message-page.ts'
import { createPreview } from './hosted/preview/preview.ts'
import { createImportUpload } from './import-upload.ts'
import { createInstallationDocument } from './installation-document.ts'
import type { CallerLimits } from './lib/caller-limits.ts'
import { networkOf } from './lib/client-address.ts'
import { runForCaller } from './lib/current-caller.ts'
import { createFairStart } from './lib/fair-start.ts'
import type { Metrics } from './metrics.ts'
import { createNotFoundPage } from './not-found-page.ts'
import { createFederation } from './oauth/federation/routes.ts'
import { createOAuth } from './oauth/oauth.ts'
import { createSignals } from './oauth/signals/signals.ts'
import { createWellKnown } from './oauth/well-known.ts'
import type { ContextOptions, OpenContext } from './open-context.ts'
import { handlers } from './pool/handlers.ts'
import { createCallGate } from './pool/provisioned-limits/call-gate.ts'
import { isReplicaRegion } from './pool/replicas/replica-store.ts'
import { poolhouse, userPools } from './pool/services.ts'
import { createSts } from './sts/sts.ts'
import { createUnavailableAnswer } from './unavailable-answer.ts'
import { createWire } from './wire/dispatch.ts'
import { describeFailure } from './wire/failure.ts'
import type { WireOptions } from './wire/wire.ts'

const clientGone = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ECONNABORTED',
  // The client disconnected in the middle of a request.
  'HPE_INVALID_EOF_STATE',
])

export interface AppOptions extends Pick<ContextOptions, 'devTools'> {
  /** An operation answered with an error that the service model does not declare for it. */
  onUndeclaredError?: WireOptions['onUndeclaredError']
}

/** Every surface of the server, in the order in which they may answer a request. */
export async function createApp(
  ctx: OpenContext,
  { state, metrics, limits }: { state: ServerState; metrics: Metrics; limits: CallerLimits | undefined },
  { onUndeclaredError, devTools }: AppOptions,
): Promise<Koa> {
  const app = new Koa({ proxy: true })
  app.silent = true
  app.on('error', (error) => {
    // A client that disconnected is not an error of ours.
    if (!clientGone.has(error.code)) ctx.log.error(describeFailure(error, true), 'request failed')
  })
  if (ctx.tracing) app.use((await import('./tracing.ts')).traceRequests(ctx.tracing))
  const accessLog = createAccessLog(ctx)
  if (accessLog) app.use(accessLog)
  const refusalLog = ctx.config.mode === 'dev' && (await import('./dev/refusal-log.ts')).createRefusalLog(ctx)
  if (refusalLog) app.use(refusalLog)
  // Where callers are counted they also take turns: to begin at all, for database connections and for signatures.
  const { callerRates } = ctx.config
  if (limits && callerRates) app.use(inTurns(limits, callerRates.address))
  app.use(createSts(ctx, limits))
  // Early, since most requests are for it; it passes on the others.
  app.use(
    createWire(ctx, [userPools(handlers), poolhouse(poolhouseHandlers)], {
      onUndeclaredError,
      onAnswered: metrics.onAnswered,
      intercept: devTools?.faults.intercept,
      admit: createCallGate(ctx, ctx.monotonic),
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
  app.use(createSignals(ctx))
  app.use(createImportUpload(ctx))
  const renderError = createErrorPage(ctx)
  app.use(createOAuth(ctx, { renderError }))
  app.use(createFederation(ctx, { renderError }))
  app.use(createHosted(ctx))
  app.use(createPreview(ctx))
  // Dev's own routes are not even loaded in production.
  if (ctx.config.mode === 'dev') {
    app.use((await import('./dev/home-page.ts')).createHomePage(ctx))
    if (ctx.config.console) {
      app.use((await import('./dev/console-session.ts')).createConsoleSession(ctx))
      app.use((await import('./dev/sign-in-as.ts')).createSignInAs(ctx))
    }
    app.use((await import('./dev/demo-app.ts')).createDemoApp(ctx))
    if (devTools) app.use((await import('./dev/control-routes.ts')).createControlRoutes(ctx, devTools))
    app.use((await import('./dev/branding-door.ts')).createBrandingDoor(ctx))
    app.use((await import('./dev/docs-pages.ts')).createDocsPages(ctx))
    app.use((await import('./dev/inbox-routes.ts')).createInboxRoutes(ctx))
  }
  if (ctx.config.console) app.use(createConsole(ctx))
  return app
}

function inTurns(limits: CallerLimits, rate: number): Koa.Middleware {
  const start = createFairStart(rate, (network) => limits.look('address', network))
  return async (koa, next) => {
    const network = networkOf(koa.ip)
    const handle = () => runForCaller(network, next)
    // Behind a proxy that is not trusted, health checks have the address of everybody else.
    return isHealthCheck(koa) ? handle() : start(network, handle)
  }
}
