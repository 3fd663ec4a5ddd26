/** The thread that computes SRP's modular powers, so that they block nothing else. */
import { parentPort } from 'node:worker_threads'
import { srpServerKey, srpVerifier, startSrp } from './srp.ts'
import { yieldBy } from './thread-priority.ts'
import { unpooled } from './unpooled.ts'

/** The functions that the thread can run; each answers with its result. */
export interface SrpTasks {
  startSrp: typeof startSrp
  srpServerKey: typeof srpServerKey
  srpVerifier: typeof srpVerifier
}

export type SrpRequest = {
  [Name in keyof SrpTasks]: { id: number; name: Name; input: Parameters<SrpTasks[Name]> }
}[keyof SrpTasks]
export type SrpAnswer = { id: number; output?: unknown; failure?: unknown }

const tasks = { startSrp, srpServerKey, srpVerifier }

// Anyone can ask for powers, so where there are few cores all other threads take precedence.
yieldBy(10)

parentPort!.on('message', ({ id, name, input }: SrpRequest) => {
  try {
    const output = (tasks[name] as (...input: unknown[]) => unknown)(...input)
    parentPort!.postMessage({ id, output: unpooled(output) } satisfies SrpAnswer)
  } catch (failure) {
    parentPort!.postMessage({ id, failure } satisfies SrpAnswer)
  }
})
