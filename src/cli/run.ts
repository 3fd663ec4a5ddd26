import { setFlagsFromString } from 'node:v8'
import type { Poolhouse } from '../app.ts'

/**
 * Lets memory grow to four times what is in use before all of it is searched for what is not. The engine starts such a
 * search when less is left than the youngest objects may take. Beside the 30 MB that a server keeps, that is every
 * second under load, and a tenth of all its work.
 */
export function collectLessOften(): void {
  setFlagsFromString('--heap-growing-percent=300')
}

/** Ends the process after the server, then what `after` names, have stopped; a second signal ends it at once. */
export function stopOnSignal(server: Poolhouse, after: () => Promise<void> = async () => {}): void {
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(1)
    stopping = true
    await server.close()
    await after()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

export class StartError extends Error {
  override name = 'StartError'
}
