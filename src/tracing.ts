import type { Middleware } from 'koa'
import type { Logger } from 'pino'
import { routeOf } from './access-log.ts'
import { factsOf } from './lib/request-facts.ts'
import { type Span, type SpanAttributes, type SpanKind, within } from './lib/spans.ts'
import type { TracingSettings } from './tracing-settings.ts'

/** The headers that identify the trace that a piece of work belongs to. */
export interface TraceHeaders {
  traceparent?: string
  tracestate?: string
}

export interface Tracing {
  /** Starts the first span in this server, in the trace that the headers name, or in a new one. */
  begin(name: string, kind: SpanKind, attributes: SpanAttributes, headers: TraceHeaders): Span
  /** Sends the remaining spans, if the collector accepts them in time. */
  close(): Promise<void>
}

/** How long a process that stops waits for its collector. */
const closeWithin = 2000
/** Max length of an attribute: statements may be long. */
const maxAttributeLength = 4096
const warnEvery = 60_000

/** The OpenTelemetry libraries are loaded here, and only if tracing is on. */
export async function createTracing(settings: TracingSettings, log: Logger): Promise<Tracing> {
  const [api, { W3CTraceContextPropagator }, sdk, { OTLPTraceExporter }, resources, { default: manifest }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/core'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('../package.json', { with: { type: 'json' } }),
    ])
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, defaultTextMapGetter, defaultTextMapSetter } = api
  const propagator = new W3CTraceContextPropagator()

  const kinds: Record<SpanKind, number> = {
    internal: SpanKind.INTERNAL,
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    consumer: SpanKind.CONSUMER,
  }

  function sampler() {
    const root = settings.sampler.endsWith('always_on')
      ? new sdk.AlwaysOnSampler()
      : settings.sampler.endsWith('always_off')
        ? new sdk.AlwaysOffSampler()
        : new sdk.TraceIdRatioBasedSampler(settings.ratio)
    return settings.sampler.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root
  }

  const exporter = new OTLPTraceExporter({ url: settings.url })
  let warnedAt = Number.NEGATIVE_INFINITY
  const provider = new sdk.TracerProvider({
    resource: resources
      .resourceFromAttributes({ 'service.name': 'poolhouse', 'service.version': manifest.version })
      .merge(
        resources.detectResources({
          detectors: [resources.resourceAttributesEnvDetector, resources.serviceInstanceIdDetector],
        }),
      )
      .merge(resources.resourceFromAttributes(settings.serviceName ? { 'service.name': settings.serviceName } : {})),
    sampler: sampler(),
    spanLimits: { attributeValueLengthLimit: maxAttributeLength },
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        scheduledDelayMillis: settings.exportEvery,
        maxQueueSize: settings.maxWaiting,
        maxExportBatchSize: settings.maxWaiting && Math.min(settings.maxWaiting, 512),
        exporter: {
          export(spans, done) {
            exporter.export(spans, (result) => {
              if (result.error) warn(result.error)
              done(result)
            })
          },
          shutdown: () => exporter.shutdown(),
        },
      }),
    ],
  })
  const tracer = provider.getTracer('poolhouse', manifest.version)

  function warn(error: Error): void {
    if (performance.now() - warnedAt < warnEvery) return
    warnedAt = performance.now()
    log.warn({ reason: error.message }, 'traces could not be sent to their collector')
  }

  function begin(context: typeof ROOT_CONTEXT, name: string, kind: SpanKind, attributes?: SpanAttributes): Span {
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes: defined(attributes) }, context)
    const inside = trace.setSpan(context, span)
    const isRecorded = span.isRecording()
    const self: Span = {
      // A trace that is not sampled needs nothing but the fact that it isn't.
      begin: (name, kind = 'internal', attributes) => (isRecorded ? begin(inside, name, kind, attributes) : self),
      set(attributes) {
        if (isRecorded) span.setAttributes(defined(attributes))
      },
      end(failure) {
        if (failure) span.setAttribute('error.type', failure.type)
        if (failure?.isFault) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      },
      headers() {
        const headers: Record<string, string> = {}
        propagator.inject(inside, headers, defaultTextMapSetter)
        return headers
      },
    }
    return self
  }

  return {
    begin: (name, kind, attributes, headers) =>
      begin(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter), name, kind, attributes),
    async close() {
      const patience = new Promise<void>((resolve) => setTimeout(resolve, closeWithin).unref())
      await Promise.race([provider.shutdown().catch(warn), patience])
    },
  }
}

const defined = (attributes: SpanAttributes = {}) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number | boolean
  >

/** A span for each request, which ends when it is answered or the client has disconnected. */
export function traceRequests(tracing: Tracing): Middleware {
  return (koa, next) => {
    const { method, path } = koa
    const route = routeOf(path)
    const span = tracing.begin(
      `${method} ${route}`,
      'server',
      { 'http.request.method': method, 'http.route': route, 'url.scheme': koa.protocol },
      { traceparent: single(koa.req.headers.traceparent), tracestate: single(koa.req.headers.tracestate) },
    )
    koa.res.once('close', () => {
      const { statusCode, writableFinished } = koa.res
      const { requestId, poolId, clientId } = factsOf(koa)
      span.set({
        'http.response.status_code': statusCode,
        'poolhouse.pool_id': poolId,
        'poolhouse.client_id': clientId,
        'poolhouse.request_id': requestId,
      })
      if (!writableFinished) span.end({ type: 'client gone', isFault: false })
      else span.end(statusCode >= 500 ? { type: String(statusCode), isFault: true } : undefined)
    })
    return within(span, next)
  }
}

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? undefined : header
