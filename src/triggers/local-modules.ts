import { readdir, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { uuidv4 } from '../lib/ids.ts'
import { installedModule } from '../lib/installed.ts'
import type { WorkerAnswer, WorkerCall } from './local-worker.ts'
import { failed, type Outcome, type Runner, timedOut } from './runner.ts'

const extensions = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])

/**
 * Functions that are modules of a folder, each exporting `handler` as a Lambda function does. A module runs in a thread
 * of its own, so that one that never returns holds nobody else; a file that has changed gets a new thread.
 */
export function createLocalRunner(folder: string, log: Logger): Runner {
  const threads = new Map<string, ModuleThread>()

  // Looked up in a listing and never joined to a path, so that no name leads out of the folder.
  async function find(name: string): Promise<string | undefined> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    return entries.find((entry) => {
      const { name: stem, ext } = parse(entry.name)
      return entry.isFile() && stem === name && extensions.has(ext)
    })?.name
  }

  async function threadOf(file: string): Promise<ModuleThread> {
    const path = join(folder, file)
    const { mtimeMs } = await stat(path)
    const present = threads.get(file)
    if (present?.mtimeMs === mtimeMs && !present.ended) return present
    present?.retire()
    const thread = new ModuleThread(pathToFileURL(path), mtimeMs, (error) =>
      log.error({ file, err: error }, 'a trigger module ended'),
    )
    threads.set(file, thread)
    return thread
  }

  return {
    has: async (name) => (await find(name)) !== undefined,

    async run(target, payload, signal) {
      const file = await find(target.name)
      if (!file) return failed('ResourceNotFoundException')
      const thread = await threadOf(file)
      return thread.call({ payload, functionName: target.name, arn: target.arn }, signal)
    },

    close() {
      for (const thread of threads.values()) thread.end()
    },
  }
}

class ModuleThread {
  readonly mtimeMs: number
  ended = false
  readonly #worker: Worker
  readonly #waiting = new Map<string, (outcome: Outcome) => void>()

  constructor(url: URL, mtimeMs: number, onError: (error: unknown) => void) {
    this.mtimeMs = mtimeMs
    this.#worker = new Worker(installedModule('src/triggers/local-worker'), { workerData: url.href, name: 'trigger' })
    this.#worker.unref()
    this.#worker.on('message', ({ id, outcome, error }: WorkerAnswer) => {
      if (error) onError(error)
      this.#settle(id, outcome)
    })
    this.#worker.on('error', onError)
    this.#worker.on('exit', () => {
      this.ended = true
      for (const id of this.#waiting.keys()) this.#settle(id, failed('Runtime.ExitError'))
    })
  }

  call(call: Omit<WorkerCall, 'id'>, signal: AbortSignal): Promise<Outcome> {
    const id = uuidv4()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#waiting.set(id, resolve)
    // It may be in an endless loop: whoever comes next gets another thread.
    signal.addEventListener('abort', () => {
      this.#settle(id, timedOut)
      this.retire()
    })
    this.#worker.postMessage({ ...call, id } satisfies WorkerCall)
    return promise
  }

  /** Takes no more calls. Those under way have their time. */
  retire(): void {
    this.ended = true
    if (this.#waiting.size === 0) this.end()
  }

  end(): void {
    this.ended = true
    this.#worker.terminate()
  }

  #settle(id: string, outcome: Outcome): void {
    this.#waiting.get(id)?.(outcome)
    this.#waiting.delete(id)
    if (this.ended && this.#waiting.size === 0) this.end()
  }
}
