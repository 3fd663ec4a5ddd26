import type { Middleware } from 'koa'
import type { Answered } from './wire/dispatch.ts'

export interface Metrics {
  onAnswered(answered: Answered): void
  /** GET /metrics, in Prometheus' text format. */
  middleware: Middleware
  /** The figures of this process, for another that adds them up. */
  report(): Promise<MetricsReport>
}

/** The figures of one process in the library's own form, which passes between processes. */
export type MetricsReport = object[]

/** The reports of all processes of this server. */
export type CollectMetrics = () => Promise<MetricsReport[]>

/** Counts by operation, status and error; durations by operation. The library is loaded after the server listens. */
export function createMetrics(collect?: CollectMetrics): Metrics {
  let registry: Awaited<ReturnType<typeof load>> | undefined
  const loading = new Promise<void>((resolve) => setImmediate(resolve)).then(load).then((loaded) => {
    registry = loaded
  })

  return {
    onAnswered({ operation, status, type, milliseconds }) {
      registry?.answers.inc({ operation, status, error: type ?? '' })
      registry?.seconds.observe({ operation }, milliseconds / 1000)
    },
    async middleware(koa, next) {
      if (koa.path !== '/metrics' || koa.method !== 'GET') return next()
      await loading
      koa.set('Cache-Control', 'no-store')
      koa.type = registry!.contentType
      koa.body = collect ? await registry!.sum(await collect()) : await registry!.text()
    },
    async report() {
      await loading
      return registry!.report()
    },
  }
}

async function load() {
  const { AggregatorRegistry, Counter, Histogram, Registry, collectDefaultMetrics } = await import('prom-client')
  const register = new Registry()
  collectDefaultMetrics({ register })
  return {
    answers: new Counter({
      name: 'poolhouse_api_answers_total',
      help: 'Answers of the JSON API by operation, HTTP status and error',
      labelNames: ['operation', 'status', 'error'],
      registers: [register],
    }),
    seconds: new Histogram({
      name: 'poolhouse_api_seconds',
      help: 'Time from the first byte of a JSON API call to its answer',
      labelNames: ['operation'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [register],
    }),
    contentType: register.contentType,
    text: () => register.metrics(),
    report: () => register.getMetricsAsJSON(),
    sum: (reports: MetricsReport[]) => AggregatorRegistry.aggregate(reports).metrics(),
  }
}
