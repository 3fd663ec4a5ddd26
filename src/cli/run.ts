import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import type { Poolhouse } from '../app.ts'
import { OperatorError } from '../lib/operator-error.ts'
import type { CloseOptions } from '../listener.ts'

/**
 * Lets memory grow to four times what is in use before all of it is searched for what is not. The engine starts such a
 * search when less is left than the youngest objects may take. Beside the 30 MB that a server keeps, that is every
 * second under load, and a tenth of all its work.
 */
export function collectLessOften(): void {
  setFlagsFromString('--heap-growing-percent=300')
}

/**
 * Hashes and signatures run on Node's thread pool: its share of the cores, and two threads for what waits on files. Must
 * be called before the first use of the pool. A value of the operator's stands.
 */
export function sizeThreadPool(workers: number): void {
  process.env.UV_THREADPOOL_SIZE ??= threadsPerWorker(workers)
}

export const threadsPerWorker = (workers: number): string =>
  String(Math.max(4, Math.ceil(availableParallelism() / workers) + 2))

/** From the signal on, what was accepted has this long to end. */
const requestDeadline = 10_000
/** Idle clients may be sending their next request at this moment. */
const idleGrace = 1000
/** Clients whose connection the system has taken before the signal, though no worker has yet. */
const backlogGrace = 250
/** After the requests: jobs under way, the outbox, the last log lines. Past it the process ends whatever hangs. */
const closeDeadline = 10_000

/** Ends the process after the server, then what `after` names, have stopped; a second signal ends it at once. */
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

/** Never returns: the process ends. */
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
