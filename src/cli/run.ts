import type { Poolhouse } from '../app.ts'

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
