import { keepAudit } from '../administration/audit/close-intents.ts'
import { flushCounts } from '../administration/metrics/flush-counts.ts'
import type { Context } from '../context.ts'
import { runImports } from './import.ts'
import { sendDueNotices } from './notices.ts'
import { startOutbox } from './outbox.ts'
import { rotateOldKeys } from './rotate-keys.ts'
import { refillSpareKeys } from './spare-keys.ts'
import { sweep } from './sweep.ts'

/**
 * Background work of one node. Several nodes may run the same work at once; the database decides who gets which rows.
 */
export interface Jobs {
  stop(): Promise<void>
}

interface Job {
  name: string
  /** Milliseconds between the end of one run and the start of the next. */
  every: number
  /** Milliseconds until the first run; a twentieth of a second unless said. */
  after?: number
  /** Every process runs these jobs itself; the others run in one process per machine. */
  isOfProcess?: true
  /** Long runs end soon after `signal` aborts. */
  run(ctx: Context, signal: AbortSignal): Promise<unknown>
}

const jobs: Job[] = [
  // Making keys takes a core for a second, which the first requests need more.
  { name: 'spare keys', every: 5_000, after: 2_000, run: refillSpareKeys },
  { name: 'sweep', every: 60_000, run: sweep },
  { name: 'audit', every: 60_000, run: keepAudit },
  { name: 'signing keys', every: 60_000, run: rotateOldKeys },
  { name: 'pool metrics', every: 30_000, isOfProcess: true, run: flushCounts },
  { name: 'notices', every: 1_000, run: sendDueNotices },
  { name: 'user import', every: 1_000, run: runImports },
]

/** All background work, or only what each process must do itself if another process on this machine does the rest. */
export type JobSelection = 'all' | 'messages'

export function startJobs(ctx: Context, selection: JobSelection = 'all'): Jobs {
  const timers = new Map<string, NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  const outbox = startOutbox(ctx)
  const ending = new AbortController()
  let stopped = false

  for (const job of jobs) if (selection === 'all' || job.isOfProcess) schedule(job, job.after ?? 50)
  return {
    async stop() {
      stopped = true
      ending.abort()
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all([...running, outbox.stop()])
      await flushCounts(ctx).catch((error) => ctx.log.error({ err: error }, 'the last metrics of pools were lost'))
    },
  }

  function schedule(job: Job, delay: number) {
    if (stopped) return
    const timer = setTimeout(() => {
      const run = runOnce(job).finally(() => running.delete(run))
      running.add(run)
    }, delay)
    timer.unref()
    timers.set(job.name, timer)
  }

  async function runOnce(job: Job) {
    const started = performance.now()
    const observe = (result: 'success' | 'failure') =>
      ctx.observe('job', { job: job.name, result, milliseconds: performance.now() - started })
    try {
      await job.run(ctx, ending.signal)
      observe('success')
    } catch (error) {
      observe('failure')
      ctx.log.error({ err: error, job: job.name }, 'job failed')
    }
    schedule(job, job.every)
  }
}
