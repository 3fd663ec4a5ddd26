import type { Middleware } from 'koa'
import type { Observer } from './lib/observations.ts'
import { loadRegistry, type MetricSources, type Registry } from './metrics-registry.ts'
import type { Answered } from './wire/wire.ts'

export interface Metrics {
  onAnswered(answered: Answered): void
  /** What happens in pools, without the pool as a label: there is no limit to their number. */
  observer: Observer
  /** Counts the responses of all surfaces except the JSON API, by route and status. */
  countAnswers: Middleware
  /** GET /metrics, in Prometheus' text format. */
  middleware: Middleware
  /** The figures of this process, for the process that adds them up. */
  report(): Promise<MetricsReport>
}

/** The figures of one process in the library's own format, for passing between processes. */
export type MetricsReport = object[]

/** The reports of all processes of this server. */
export type CollectMetrics = () => Promise<MetricsReport[]>

/** The library is loaded after the server listens; what happens before is not counted. */
export function createMetrics(sources: MetricSources, collect?: CollectMetrics): Metrics {
  let registry: Registry | undefined
  const loading = new Promise<void>((resolve) => setImmediate(resolve))
    .then(() => loadRegistry(sources))
    .then((loaded) => {
      registry = loaded
    })

  return {
    onAnswered({ operation, status, type, milliseconds }) {
      registry?.answers.inc({ operation, status, error: type ?? '' })
      registry?.seconds.observe({ operation }, milliseconds / 1000)
    },
    observer: {
      signIn: ({ result }) => registry?.signIns.inc({ result }),
      challenge: ({ challenge, result }) => registry?.challenges.inc({ challenge, result }),
      signUp: ({ result }) => registry?.signUps.inc({ result }),
      tokenRefresh: ({ result }) => registry?.refreshes.inc({ result }),
      federation: ({ result }) => registry?.federations.inc({ result }),
      message: ({ medium, result }) => registry?.messages.inc({ medium, result }),
      risk: ({ level, blocked }) => registry?.risks.inc({ level: level ?? 'none', blocked: String(blocked) }),
      trigger({ trigger, result, milliseconds }) {
        registry?.triggers.inc({ trigger, result })
        registry?.triggerSeconds.observe({ trigger }, milliseconds / 1000)
      },
      job({ job, result, milliseconds }) {
        registry?.jobs.inc({ job, result })
        registry?.jobSeconds.inc({ job }, milliseconds / 1000)
        if (result === 'success') registry?.jobSuccesses.set({ job }, Date.now() / 1000)
      },
    },
    countAnswers(koa, next) {
      const started = performance.now()
      koa.res.once('close', () => {
        const route = routeLabel(koa.path)
        registry?.pageAnswers.inc({
          route,
          method: koa.method === 'POST' ? 'POST' : 'other',
          status: koa.res.statusCode,
        })
        registry?.pageSeconds.observe({ route }, (performance.now() - started) / 1000)
      })
      return next()
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

/**
 * Pages and endpoints by their last segments; anything else shares one label, or clients could create any number of
 * labels.
 */
function routeLabel(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  const names = [parts.slice(-2).join('/'), parts.at(-1) ?? '']
  return names.find((name) => knownRoutes.has(name)) ?? 'other'
}

const knownRoutes = new Set([
  ...['authorize', 'token', 'userInfo', 'revoke', 'par', 'introspect', 'idpresponse', 'register'].map(
    (name) => `oauth2/${name}`,
  ),
  ...['idpresponse', 'logout'].map((name) => `saml2/${name}`),
  ...['openid-configuration', 'jwks'].map((name) => `.well-known/${name}`),
  ...['login', 'signup', 'confirm', 'confirmUser', 'forgotPassword', 'confirmForgotPassword', 'challenge', 'logout'],
  ...['streams', 'status', 'verify'].map((name) => `ssf/${name}`),
  ...['device', 'account', 'health', 'ready', 'live', 'metrics'],
])
