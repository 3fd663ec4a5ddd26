/** The thread that works out SRP's powers, so that nothing else waits for them. */
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { srpServerKey, srpVerifier, startSrp } from './srp.ts'

/** What can be asked of the thread; the answer is that of the function of the same name. */
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

// Where processors are few, whoever only reads goes first. Linux has a priority for each thread, others for the process.
if (process.platform === 'linux') setPriority(0, 5)

parentPort!.on('message', ({ id, name, input }: SrpRequest) => {
  try {
    const output = (tasks[name] as (...input: unknown[]) => unknown)(...input)
    parentPort!.postMessage({ id, output } satisfies SrpAnswer)
  } catch (failure) {
    parentPort!.postMessage({ id, failure } satisfies SrpAnswer)
  }
})
