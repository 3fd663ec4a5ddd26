import { Worker } from 'node:worker_threads'
import { createFairQueue, type WorkOwner } from './fair-queue.ts'
import { installedModule } from './installed.ts'
import { spanned } from './spans.ts'
import type { SrpAnswer, SrpTasks } from './srp-thread.ts'
import { unpooled } from './unpooled.ts'

/**
 * SRP off the event loop. A modular power takes 0.7 ms of CPU time and OpenSSL only offers it synchronously, so it runs
 * in a thread of its own, started on first use.
 */

/** One running and one ready, so that the thread is never idle between two. */
const queue = createFairQueue({ name: 'srp', running: 2, waiting: 512, patience: 5000 })
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }

let thread: Worker | undefined
let lastId = 0
const open = new Map<number, PromiseWithResolvers<unknown>>()

/** @throws QueueFull */
export const startSrpAside = async (owner: WorkOwner, verifier: Uint8Array): Promise<{ B: string; b: Buffer }> => {
  const { B, b } = await ask(owner, 'startSrp', [verifier])
  return { B, b: Buffer.from(b) }
}

/** @throws QueueFull */
export const srpServerKeyAside = async (
  owner: WorkOwner,
  input: Parameters<SrpTasks['srpServerKey']>[0],
): Promise<Buffer | undefined> => {
  const key = await ask(owner, 'srpServerKey', [input])
  return key && Buffer.from(key)
}

/** @throws QueueFull */
export const srpVerifierAside = async (
  owner: WorkOwner,
  input: Parameters<SrpTasks['srpVerifier']>[0],
): Promise<Buffer> => Buffer.from(await ask(owner, 'srpVerifier', [input]))

function ask<Name extends keyof SrpTasks>(
  owner: WorkOwner,
  name: Name,
  input: Parameters<SrpTasks[Name]>,
): Promise<ReturnType<SrpTasks[Name]>> {
  const task = () => {
    const id = ++lastId
    const answer = Promise.withResolvers<unknown>()
    open.set(id, answer)
    startSrpThread()
    // A process that is not waiting for the thread may exit.
    thread!.ref()
    thread!.postMessage({ id, name, input: input.map(unpooled) })
    return answer.promise as Promise<ReturnType<SrpTasks[Name]>>
  }
  return spanned(name, () => queue.run(owner, task))
}

/** Ahead of its first use, if that is sure to come. */
export function startSrpThread(): void {
  thread ??= startThread()
}

function startThread(): Worker {
  const worker = new Worker(installedModule('src/lib/srp-thread'), { name: 'srp', resourceLimits })
  worker.on('message', ({ id, output, failure }: SrpAnswer) => {
    const answer = open.get(id)
    open.delete(id)
    if (open.size === 0) worker.unref()
    if (failure === undefined) answer?.resolve(output)
    else answer?.reject(failure)
  })
  const ended = (error: unknown) => {
    if (thread !== worker) return
    thread = undefined
    for (const answer of open.values()) answer.reject(error)
    open.clear()
  }
  worker.unref()
  worker.on('error', ended)
  worker.on('exit', () => ended(new Error('The thread of SRP ended')))
  return worker
}
