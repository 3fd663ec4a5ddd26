import { readdir, stat } from 'node:fs/promises'
import { join, parse, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { uuidv4 } from '../lib/ids.ts'
import { installedModule } from '../lib/installed.ts'
import { currentSpan } from '../lib/spans.ts'
import type { WorkerAnswer, WorkerCall } from './local-worker.ts'
import { failed, type Outcome, type Runner, timedOut } from './runner.ts'

const extensions = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])

/**
 * Runs functions that are modules in a folder, each exporting `handler` like a Lambda function. Each module runs in its
 * own thread, so one that never returns blocks no other. A changed file gets a new thread.
 */
export function createLocalRunner(folder: string, log: Logger): Runner {
  const threads = new Map<string, ModuleThread>()

  async function modules(): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    return entries.filter((entry) => entry.isFile() && extensions.has(parse(entry.name).ext)).map(({ name }) => name)
  }

  // The name is looked up in a directory listing and never joined to a path, so it can't escape the folder.
  const find = async (name: string) => (await modules()).find((file) => parse(file).name === name)

  async function threadOf(file: string): Promise<ModuleThread> {
    const path = join(folder, file)
    const { mtimeMs } = await stat(path)
    const present = threads.get(file)
    if (present?.mtimeMs === mtimeMs && !present.ended) return present
    present?.retire()
    const thread = new ModuleThread(pathToFileURL(path), mtimeMs, {
      onLoadError: (stack) => log.error({ file, stack: stack.split('\n') }, 'a trigger module could not be loaded'),
      onError: (error) => log.error({ file, err: error }, 'the thread of a trigger module ended'),
    })
    threads.set(file, thread)
    return thread
  }

  return {
    place: `${resolve(folder)} (POOLHOUSE_TRIGGERS_DIR)`,
    names: async () => (await modules()).map((file) => parse(file).name),
    has: async (name) => (await find(name)) !== undefined,

    async run(target, payload, signal) {
      const file = await find(target.name)
      if (!file) return failed('ResourceNotFoundException')
      const thread = await threadOf(file)
      return thread.call(
        { payload, functionName: target.name, arn: target.arn, trace: currentSpan()?.headers() },
        signal,
      )
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

  constructor(
    url: URL,
    mtimeMs: number,
    { onLoadError, onError }: { onLoadError: (stack: string) => void; onError: (error: unknown) => void },
  ) {
    this.mtimeMs = mtimeMs
    this.#worker = new Worker(installedModule('src/triggers/local-worker'), { workerData: url.href, name: 'trigger' })
    this.#worker.unref()
    this.#worker.on('message', ({ id, outcome, loadError }: WorkerAnswer) => {
      if (loadError) onLoadError(loadError)
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
    // The module may be in an endless loop, so the next call gets a new thread.
    signal.addEventListener('abort', () => {
      this.#settle(id, timedOut)
      this.retire()
    })
    this.#worker.postMessage({ ...call, id } satisfies WorkerCall)
    return promise
  }

  /** Accepts no more calls; those in progress may finish. */
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
