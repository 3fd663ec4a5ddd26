import cluster, { type Worker } from 'node:cluster'
import { pino } from 'pino'
import type { Config } from '../config.ts'
import { createLogStream } from '../lib/log-stream.ts'
import { releaseMemory } from '../lib/release-memory.ts'
import { watchHeartbeat } from './heartbeat.ts'
import { StartError, threadsPerWorker, workerFlags } from './run.ts'
import { onceReady, openSharedPort, type SharedPort } from './shared-port.ts'
import { answerCollectors } from './worker-metrics.ts'

/** Pause before a dead worker is replaced; it doubles while the replacements die as well. */
const firstPause = 200
const maxPause = 30_000
/** A worker that has lived this long did not fail at startup. */
const healthyAfter = 60_000
/** Longer than a worker allows itself for stopping. */
const killAfter = 25_000
const maxStartTime = 60_000
/**
 * How long the workers that are ready wait for the others before they take connections, at least: on a busy machine the
 * others get twice the time that the first has taken.
 */
const waitForOthers = 5000

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/**
 * Runs `config.workers` processes on one port. One of them also runs the jobs that run once per installation. A worker
 * that dies is replaced; one that no longer answers is killed. SIGHUP replaces them one after the other, each as soon
 * as its successor is ready; SIGTERM and SIGINT stop them all.
 */
export async function supervise(config: Config): Promise<void> {
  const logStream = createLogStream(1)
  const log = pino({ level: config.logLevel }, logStream)
  const workers = new Set<Supervised>()
  let port: SharedPort | undefined
  let stopping = false
  let restarting = false
  /** Consecutive deaths of workers that had not lived for long. */
  let earlyDeaths = 0

  cluster.setupPrimary({ execArgv: [...process.execArgv, ...workerFlags()] })
  // Before the first worker: once it starts, requests come in that a signal must not cut off.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('SIGHUP', async () => {
    if (restarting) return
    restarting = true
    await restartAll()
    restarting = false
  })
  try {
    // The first worker starts alone, so that a configuration error is reported only once.
    const began = performance.now()
    await start({ runsJobs: true })
    const patience = Math.max(waitForOthers, 2 * (performance.now() - began))
    const others = Array.from({ length: config.workers - 1 }, () => startOrRetry({ runsJobs: false }))
    // The connections that come first, and stay, are for all workers.
    await Promise.race([Promise.all(others), pause(patience)])
    // Not before a worker is ready, so that a client of a server that can't start is refused.
    if (!stopping) await openPort()
  } catch (error) {
    if (!stopping) throw error
  }
  if (stopping) return
  log.info({ port: port?.port, publicUrl: config.publicUrl, workers: config.workers }, 'poolhouse is listening')
  // From now on this process only gives away connections.
  releaseMemory()

  /** @throws StartError if the worker exits before it is ready */
  async function start({ runsJobs }: Pick<Supervised, 'runsJobs'>): Promise<Supervised> {
    const worker = cluster.fork({
      POOLHOUSE_WORKER_JOBS: runsJobs ? 'all' : 'messages',
      UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? threadsPerWorker(config.workers),
      // glibc otherwise keeps freed memory for each thread apart.
      MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '2',
    })
    const supervised: Supervised = { worker, runsJobs, isLeaving: false, startedAt: performance.now() }
    answerCollectors(worker, () => [...workers].map((other) => other.worker))
    await ready(worker)
    workers.add(supervised)
    worker.once('exit', (code, signal) => onExit(supervised, code, signal))
    port?.add(worker)
    if (config.workerTimeout > 0) watchHeartbeat(worker, config.workerTimeout, () => onSilent(worker))
    return supervised
  }

  async function openPort(): Promise<void> {
    port = await openSharedPort(config.port, config.host)
    for (const { worker } of workers) port.add(worker)
  }

  function onSilent(worker: Worker): void {
    log.error(
      { pid: worker.process.pid, seconds: config.workerTimeout / 1000 },
      'a worker does not answer and is killed',
    )
    worker.process.kill('SIGKILL')
  }

  function onExit(supervised: Supervised, code: number | null, signal: string | null): void {
    workers.delete(supervised)
    if (stopping || supervised.isLeaving) return
    log.error({ pid: supervised.worker.process.pid, code, signal }, 'a worker died and is replaced')
    earlyDeaths = performance.now() - supervised.startedAt > healthyAfter ? 0 : earlyDeaths + 1
    void replace(supervised)
  }

  /** While another worker is serving, a worker that fails to start is retried: the cause may be temporary. */
  async function startOrRetry(kind: Pick<Supervised, 'runsJobs'>): Promise<void> {
    try {
      await start(kind)
    } catch (error) {
      if (stopping) return
      log.error({ err: error }, 'a worker did not start')
      earlyDeaths++
      void replace(kind)
    }
  }

  async function replace(dead: Pick<Supervised, 'runsJobs'>): Promise<void> {
    await pause(Math.min(firstPause * 2 ** earlyDeaths, maxPause))
    if (stopping) return
    try {
      const { worker } = await start(dead)
      log.info({ pid: worker.process.pid }, 'a worker took the place of one that died')
    } catch (error) {
      if (stopping) return
      log.error({ err: error }, 'a worker did not start')
      earlyDeaths++
      await replace(dead)
    }
  }

  async function restartAll(): Promise<void> {
    log.info('the workers are replaced, one after the other')
    for (const old of [...workers]) {
      if (stopping) return
      try {
        await start(old)
      } catch (error) {
        log.error({ err: error }, 'a worker did not start: the others stay as they are')
        return
      }
      old.isLeaving = true
      await endWorker(old.worker)
    }
    log.info('every worker has been replaced')
  }

  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    port?.closeWithWorkers()
    // Including workers that are still starting.
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => endWorker(worker!)))
    await logStream.flush(1000)
    process.exit(0)
  }
}

interface Supervised {
  worker: Worker
  /** It also runs the jobs that run once per installation. */
  runsJobs: boolean
  /** It has been told to stop. */
  isLeaving: boolean
  startedAt: number
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      worker.process.kill('SIGKILL')
    }, maxStartTime)
    onceReady(worker, () => {
      clearTimeout(timer)
      worker.off('exit', fail)
      resolve()
    })
    const fail = () => {
      clearTimeout(timer)
      reject(new StartError('A worker ended before it was ready.'))
    }
    worker.once('exit', fail)
  })
}

/** Tells a worker to finish the requests that it has accepted, and kills it if it does not exit in time. */
function endWorker(worker: Worker): Promise<void> {
  if (worker.isDead()) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.process.kill('SIGKILL'), killAfter)
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    worker.process.kill('SIGTERM')
  })
}
