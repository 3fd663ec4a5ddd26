import type { Middleware } from 'koa'
import type { Observer } from './lib/observations.ts'
import type { Answered } from './wire/dispatch.ts'

export interface Metrics {
  onAnswered(answered: Answered): void
  /** What happens in pools, without saying in which: their number has no bound. */
  observer: Observer
  /** Counts the answers of every surface but the JSON API, by route and status. */
  countAnswers: Middleware
  /** GET /metrics, in Prometheus' text format. */
  middleware: Middleware
  /** The figures of this process, for another that adds them up. */
  report(): Promise<MetricsReport>
}

/** The figures of one process in the library's own form, which passes between processes. */
export type MetricsReport = object[]

/** The reports of all processes of this server. */
export type CollectMetrics = () => Promise<MetricsReport[]>

/** The messages that wait to be delivered, in the whole installation. */
export interface OutboxState {
  waiting: number
  /** Of the oldest. */
  ageSeconds: number
}

/** The library is loaded after the server listens; what happens before that is not counted. */
export function createMetrics(readOutbox: () => Promise<OutboxState>, collect?: CollectMetrics): Metrics {
  let registry: Awaited<ReturnType<typeof load>> | undefined
  const loading = new Promise<void>((resolve) => setImmediate(resolve))
    .then(() => load(readOutbox))
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
      trigger: ({ trigger, result }) => registry?.triggers.inc({ trigger, result }),
      risk: ({ level, blocked }) => registry?.risks.inc({ level: level ?? 'none', blocked: String(blocked) }),
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

/** Pages and endpoints by their last words; anything else is one label, or a stranger could make as many as he likes. */
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
  ...['device', 'account', 'health', 'ready', 'live', 'metrics'],
])

const durations = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

async function load(readOutbox: () => Promise<OutboxState>) {
  const { AggregatorRegistry, Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = await import('prom-client')
  const register = new Registry()
  collectDefaultMetrics({ register })
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `poolhouse_${name}_total`, help, labelNames, registers: [register] })
  // Every process of an installation sees the same outbox.
  const gauge = (name: string, help: string, collect?: () => Promise<void>) =>
    new Gauge({ name: `poolhouse_${name}`, help, registers: [register], aggregator: 'max', collect })
  const outboxAge = gauge('outbox_age_seconds', 'Age of the oldest message that waits to be delivered')
  const outboxWaiting = gauge('outbox_waiting', 'Messages that wait to be delivered', async () => {
    // Without the database there is no answer, and the other figures are wanted all the more.
    const state = await readOutbox().catch(() => undefined)
    if (!state) return
    outboxWaiting.set(state.waiting)
    outboxAge.set(state.ageSeconds)
  })
  return {
    signIns: counter('sign_ins', 'Sign-ins by how they ended', 'result'),
    challenges: counter('challenges', 'Answers to challenges by the name of the challenge', 'challenge', 'result'),
    signUps: counter('sign_ups', 'Sign-ups by how they ended', 'result'),
    refreshes: counter('token_refreshes', 'Refreshes of tokens by how they ended', 'result'),
    federations: counter('federations', 'Sign-ins with identity providers by how they ended', 'result'),
    messages: counter('messages', 'Messages that have left or never will, by medium', 'medium', 'result'),
    triggers: counter('trigger_calls', 'Calls of trigger functions by how they ended', 'trigger', 'result'),
    risks: counter('risks', 'Requests that threat protection has assessed', 'level', 'blocked'),
    pageAnswers: counter('http_answers', 'Answers of pages and endpoints', 'route', 'method', 'status'),
    pageSeconds: new Histogram({
      name: 'poolhouse_http_seconds',
      help: 'Time from the headers of a request of a page or endpoint to its answer',
      labelNames: ['route'],
      buckets: durations,
      registers: [register],
    }),
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
      buckets: durations,
      registers: [register],
    }),
    contentType: register.contentType,
    text: () => register.metrics(),
    report: () => register.getMetricsAsJSON(),
    sum: (reports: MetricsReport[]) => AggregatorRegistry.aggregate(reports).metrics(),
  }
}
