import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Runs a full garbage collection and releases free pages. The engine does so by itself only after some idle time. It
 * blocks the process for a tenth of a second. The collector is only exposed in a new context.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect: NodeJS.GCFunction = runInNewContext('gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
