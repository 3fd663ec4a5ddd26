import { queueFigures } from './lib/fair-queue.ts'
import type { CacheFigures } from './lib/lru.ts'
import type { MetricsReport } from './metrics.ts'
import type { DatabaseFigures } from './store/connections.ts'

/** Values that are measured when they are requested, rather than when something happens. */
export interface MetricSources {
  /** Messages that wait to be delivered, in the whole installation. */
  outbox(): Promise<{
    waiting: number
    /** The age of the oldest. */
    ageSeconds: number
  }>
  /** Of the whole installation. */
  signingKeys(): Promise<{ oldestSeconds: number; spare: number }>
  database(): DatabaseFigures
  caches(): CacheFigures[]
}

export type Registry = Awaited<ReturnType<typeof loadRegistry>>

const durations = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Every metric, each declared once: docs/production.md and the dashboard contain all of them. */
export async function loadRegistry(sources: MetricSources) {
  const { AggregatorRegistry, Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = await import('prom-client')
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })

  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `poolhouse_${name}_total`, help, labelNames, registers })
  const histogram = (name: string, help: string, ...labelNames: string[]) =>
    new Histogram({ name: `poolhouse_${name}_seconds`, help, labelNames, buckets: durations, registers })
  /** Figures of one process: those of the workers are added up. */
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `poolhouse_${name}`, help, labelNames, registers, aggregator: 'sum' })
  /** Figures of the installation, equal in every process, or of the worst process. */
  const maxGauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `poolhouse_${name}`, help, labelNames, registers, aggregator: 'max' })

  const outboxWaiting = maxGauge('outbox_waiting', 'Messages that wait to be delivered')
  const outboxAge = maxGauge('outbox_age_seconds', 'Age of the oldest message that waits to be delivered')
  const keyAge = maxGauge('signing_key_age_seconds', 'Age of the signing keys of the pool whose keys are oldest')
  const spareKeys = maxGauge('spare_signing_keys', 'Signing keys that wait for pools to come')
  const connections = gauge('database_connections', 'Connections to the database by what they do', 'state')
  const connectionWaiters = gauge('database_waiting', 'Statements and transactions that wait for a connection')
  const connectionRefusals = counter('database_refusals', 'Those that got no connection in time')
  const statements = counter('database_statements', 'Statements by how they ended', 'result')
  const statementSeconds = counter('database_statement_seconds', 'Time from sending statements to their results')
  const queueRunning = gauge('queue_running', 'Work that is being done, by queue', 'queue')
  const queueWaiting = gauge('queue_waiting', 'Work that waits, by queue', 'queue')
  const queueAge = maxGauge('queue_age_seconds', 'How long the oldest work in a queue has waited', 'queue')
  const queueRefusals = counter('queue_refusals', 'Work that was refused since too much waited', 'queue')
  const cacheLookups = counter(
    'cache_lookups',
    'Lookups in caches by whether they had a current entry',
    'cache',
    'result',
  )
  const cacheEntries = gauge('cache_entries', 'Entries of caches', 'cache')

  function readProcess(): void {
    const { inUse, idle, waiting, refused, ...done } = sources.database()
    connections.set({ state: 'in use' }, inUse)
    connections.set({ state: 'idle' }, idle)
    connectionWaiters.set(waiting)
    setCounter(connectionRefusals, {}, refused)
    setCounter(statements, { result: 'success' }, done.statements - done.failures)
    setCounter(statements, { result: 'failure' }, done.failures)
    setCounter(statementSeconds, {}, done.seconds)
    for (const { name: queue, ...figures } of queueFigures()) {
      queueRunning.set({ queue }, figures.running)
      queueWaiting.set({ queue }, figures.waiting)
      queueAge.set({ queue }, figures.ageSeconds)
      setCounter(queueRefusals, { queue }, figures.refused)
    }
    for (const { name: cache, hits, misses, entries } of sources.caches()) {
      setCounter(cacheLookups, { cache, result: 'hit' }, hits)
      setCounter(cacheLookups, { cache, result: 'miss' }, misses)
      cacheEntries.set({ cache }, entries)
    }
  }

  /** If the database is down these are missing, and the other figures matter all the more. */
  async function readInstallation(): Promise<void> {
    const [outbox, keys] = await Promise.allSettled([sources.outbox(), sources.signingKeys()])
    if (outbox.status === 'fulfilled') {
      outboxWaiting.set(outbox.value.waiting)
      outboxAge.set(outbox.value.ageSeconds)
    }
    if (keys.status === 'fulfilled') {
      keyAge.set(keys.value.oldestSeconds)
      spareKeys.set(keys.value.spare)
    }
  }

  async function read(): Promise<void> {
    readProcess()
    await readInstallation()
  }

  return {
    signIns: counter('sign_ins', 'Sign-ins by how they ended', 'result'),
    challenges: counter('challenges', 'Answers to challenges by the name of the challenge', 'challenge', 'result'),
    signUps: counter('sign_ups', 'Sign-ups by how they ended', 'result'),
    refreshes: counter('token_refreshes', 'Refreshes of tokens by how they ended', 'result'),
    federations: counter('federations', 'Sign-ins with identity providers by how they ended', 'result'),
    messages: counter('messages', 'Messages that have left or never will, by medium', 'medium', 'result'),
    risks: counter('risks', 'Requests that threat protection has assessed', 'level', 'blocked'),
    triggers: counter('trigger_calls', 'Calls of trigger functions by how they ended', 'trigger', 'result'),
    triggerSeconds: histogram('trigger', 'Time of calls of functions', 'trigger'),
    jobs: counter('job_runs', 'Runs of background work by how they ended', 'job', 'result'),
    jobSeconds: counter('job_seconds', 'Time spent on background work', 'job'),
    jobSuccesses: maxGauge('job_success_timestamp_seconds', 'When background work last succeeded', 'job'),
    pageAnswers: counter('http_answers', 'Answers of pages and endpoints', 'route', 'method', 'status'),
    pageSeconds: histogram('http', 'Time from the headers of a request of a page or endpoint to its answer', 'route'),
    answers: counter(
      'api_answers',
      'Answers of the JSON API by operation, HTTP status and error',
      'operation',
      'status',
      'error',
    ),
    seconds: histogram('api', 'Time from the first byte of a JSON API call to its answer', 'operation'),
    contentType: register.contentType,
    async text() {
      await read()
      return register.metrics()
    },
    async report() {
      await read()
      return register.getMetricsAsJSON()
    },
    sum: (reports: MetricsReport[]) => AggregatorRegistry.aggregate(reports).metrics(),
  }
}

/** A counter whose value is counted elsewhere. */
function setCounter(
  counter: { remove(labels: object): void; inc(labels: object, value: number): void },
  labels: object,
  value: number,
): void {
  counter.remove(labels)
  counter.inc(labels, value)
}
