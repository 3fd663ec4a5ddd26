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

/** How long after the start the library is loaded, in milliseconds: the first requests need the time more. */
const loadAfter = 1000

/** What happens before the library is loaded is counted once it is. */
export function createMetrics(sources: MetricSources, collect?: CollectMetrics): Metrics {
  let registry: Registry | undefined
  let loading: Promise<Registry> | undefined
  const uncounted: ((registry: Registry) => void)[] = []

  const load = () => {
    loading ??= loadRegistry(sources).then((loaded) => {
      registry = loaded
      for (const count of uncounted.splice(0)) count(loaded)
      return loaded
    })
    return loading
  }
  const record = (count: (registry: Registry) => void) => {
    if (registry) count(registry)
    else uncounted.push(count)
  }
  setTimeout(load, loadAfter).unref()

  return {
    onAnswered({ operation, status, type, milliseconds }) {
      record(({ answers, seconds }) => {
        answers.inc({ operation, status, error: type ?? '' })
        seconds.observe({ operation }, milliseconds / 1000)
      })
    },
    observer: {
      signIn: ({ result }) => record(({ signIns }) => signIns.inc({ result })),
      challenge: ({ challenge, result }) => record(({ challenges }) => challenges.inc({ challenge, result })),
      signUp: ({ result }) => record(({ signUps }) => signUps.inc({ result })),
      tokenRefresh: ({ result }) => record(({ refreshes }) => refreshes.inc({ result })),
      federation: ({ result }) => record(({ federations }) => federations.inc({ result })),
      message: ({ medium, result }) => record(({ messages }) => messages.inc({ medium, result })),
      risk: ({ level, blocked }) =>
        record(({ risks }) => risks.inc({ level: level ?? 'none', blocked: String(blocked) })),
      trigger({ trigger, result, milliseconds }) {
        record(({ triggers, triggerSeconds }) => {
          triggers.inc({ trigger, result })
          triggerSeconds.observe({ trigger }, milliseconds / 1000)
        })
      },
      job({ job, result, milliseconds }) {
        record(({ jobs, jobSeconds, jobSuccesses }) => {
          jobs.inc({ job, result })
          jobSeconds.inc({ job }, milliseconds / 1000)
          if (result === 'success') jobSuccesses.set({ job }, Date.now() / 1000)
        })
      },
    },
    countAnswers(koa, next) {
      const started = performance.now()
      koa.res.once('close', () => {
        const route = routeLabel(koa.path)
        const method = koa.method === 'POST' ? 'POST' : 'other'
        const status = koa.res.statusCode
        const seconds = (performance.now() - started) / 1000
        record(({ pageAnswers, pageSeconds }) => {
          pageAnswers.inc({ route, method, status })
          pageSeconds.observe({ route }, seconds)
        })
      })
      return next()
    },
    async middleware(koa, next) {
      if (koa.path !== '/metrics' || koa.method !== 'GET') return next()
      const loaded = await load()
      koa.set('Cache-Control', 'no-store')
      koa.type = loaded.contentType
      koa.body = collect ? await loaded.sum(await collect()) : await loaded.text()
    },
    report: async () => (await load()).report(),
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
