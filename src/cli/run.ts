import { availableParallelism } from 'node:os'
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8'
import type { Poolhouse } from '../app.ts'
import { OperatorError } from '../lib/operator-error.ts'
import type { CloseOptions } from '../listener.ts'

const { NODE_PERFORMANCE_GC_MAJOR } = constants

/**
 * How much garbage may pile up between two full collections, and how large the space for the youngest objects may become,
 * in bytes. One of several workers has less: with its share of the requests it does not need as much, and what it leaves
 * unused the others don't get.
 */
const heapBounds = {
  alone: { garbage: 24 * 2 ** 20, young: 16 * 2 ** 20 },
  oneOfSeveral: { garbage: 12 * 2 ** 20, young: 8 * 2 ** 20 },
}
/** The bounds of garbage as percent of what is in use. */
const garbagePercent = { least: 50, most: 300 }

/**
 * Lets garbage pile up to its bound before a full collection, whatever the size of what is in use. V8 otherwise
 * starts one as soon as the room left is smaller than the young generation: with the 30 MB that a server holds, that is
 * once a second under load, and a tenth of the CPU time. A share alone would make a server that holds 100 MB grow to
 * four times as much.
 */
export function collectLessOften(kind: keyof typeof heapBounds = 'alone'): void {
  const bounds = heapBounds[kind]
  const grow = (percent: number) => setFlagsFromString(`--heap-growing-percent=${percent}`)
  const { least, most } = garbagePercent
  grow(most)
  const limitYoung = youngLimiter(bounds.young)
  new PerformanceObserver((list) => {
    limitYoung()
    const kinds = (list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]).map(
      (one) => one.detail.kind,
    )
    if (!kinds.includes(NODE_PERFORMANCE_GC_MAJOR)) return
    const percent = (100 * bounds.garbage) / getHeapStatistics().used_heap_size
    grow(Math.round(Math.min(most, Math.max(least, percent))))
  }).observe({ type: 'gc' })
}

/**
 * Under load the engine lets the space for the youngest objects grow to 128 MB in each process. An eighth of that costs
 * no more CPU time. Its flag for this works only at the start of a process, so the growth is stopped while it is large
 * enough, where nobody has set the flag.
 */
function youngLimiter(maxYoung: number): () => void {
  if (youngIsSet()) return () => {}
  let mayGrow = true
  return () => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')!
    if (mayGrow === young.space_size < maxYoung) return
    mayGrow = !mayGrow
    setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`)
  }
}

/** What one of several workers is started with. A setting of the operator wins. */
export function workerFlags(): string[] {
  const semiSpace = heapBounds.oneOfSeveral.young / 2
  return youngIsSet() ? [] : [`--max-semi-space-size=${semiSpace / 2 ** 20}`]
}

const youngIsSet = () => /semi-space/.test(`${process.execArgv} ${process.env.NODE_OPTIONS}`)

/**
 * Hashes and signatures run on libuv's thread pool: a worker gets its share of the cores, and two more threads that
 * hashes don't use. Must be called before the pool is first used. A value that the operator has set wins.
 */
export function sizeThreadPool(workers: number): void {
  process.env.UV_THREADPOOL_SIZE ??= threadsPerWorker(workers)
}

export const threadsPerWorker = (workers: number): string => String(Math.ceil(availableParallelism() / workers) + 2)

/** How long requests that were accepted before the signal have to finish. */
const requestDeadline = 10_000
/** How long idle connections stay open: a client may be sending its next request just now. */
const idleGrace = 1000
/** How long to go on accepting: the system may have connections in its backlog that no worker has taken yet. */
const backlogGrace = 250
/**
 * How long the rest has after the requests: running jobs, the outbox, the last log lines. Then the process exits
 * regardless.
 */
const closeDeadline = 10_000

/** Stops the server, then runs `after`, then exits. A second signal exits at once. */
export function stopOnSignal(
  server: Poolhouse,
  { acceptFor = 0, after }: Pick<CloseOptions, 'acceptFor'> & { after?: () => Promise<void> } = {},
): void {
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(1)
    stopping = true
    await stopServer(server, acceptFor, after)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** Never returns: the process exits. */
export async function stopServer(server: Poolhouse, acceptFor: number, after?: () => Promise<void>): Promise<never> {
  const limit = acceptFor + requestDeadline + closeDeadline
  setTimeout(() => process.exit(1), limit).unref()
  await server.close({ acceptFor: Math.max(acceptFor, backlogGrace), idleGrace, deadline: requestDeadline })
  await after?.()
  process.exit(0)
}

export class StartError extends OperatorError {
  override name = 'StartError'
}
