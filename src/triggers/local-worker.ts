/** The thread of one trigger module. It loads the module once and runs its handler as Lambda would. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { formatWithOptions } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import type { Outcome } from './runner.ts'

export interface WorkerCall {
  id: string
  payload: string
  functionName: string
  arn: string
  /** The headers of the trace that the call is part of. */
  trace?: Record<string, string>
}

export interface WorkerAnswer {
  id: string
  outcome: Outcome
  /** Why the module could not be loaded: logged, but not shown to users. */
  loadError?: string
}

type Callback = (error: unknown, result?: unknown) => void
type Handler = (event: unknown, context: object, callback: Callback) => unknown

const maxLines = 50
const maxLineLength = 1000

/** The last lines that each call has written to the console. */
const consoleOfCall = new AsyncLocalStorage<string[]>()
for (const method of ['debug', 'log', 'info', 'warn', 'error', 'trace'] as const) rememberOutput(method)

const loaded = load(workerData)
// Reported to every caller.
loaded.catch(() => {})

parentPort?.on('message', async (call: WorkerCall) => parentPort!.postMessage(await answer(call)))

async function load(url: string): Promise<Handler> {
  const module = await import(url)
  const handler = module.handler ?? module.default?.handler
  if (typeof handler !== 'function') throw new Error('The module exports no handler.')
  return handler
}

async function answer(call: WorkerCall): Promise<WorkerAnswer> {
  const { id } = call
  let handler: Handler
  try {
    handler = await loaded
  } catch (error) {
    return { id, outcome: { kind: 'failed', error: 'Runtime.ImportModuleError' }, loadError: stackOf(error) }
  }
  const lines: string[] = []
  try {
    const result = await consoleOfCall.run(lines, () => run(handler, call))
    const payload = JSON.stringify(result) ?? 'null'
    return { id, outcome: { kind: 'answered', payload, ...(lines.length > 0 && { console: lines }) } }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const type = error instanceof Error ? error.constructor.name : undefined
    return { id, outcome: { kind: 'threw', message, thrown: { type, stack: stackOf(error), console: lines } } }
  }
}

/** Text alone passes between threads, whatever an error carries. */
const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

function rememberOutput(method: 'debug' | 'log' | 'info' | 'warn' | 'error' | 'trace'): void {
  const write = console[method].bind(console)
  console[method] = (...values: unknown[]) => {
    write(...values)
    const lines = consoleOfCall.getStore()
    if (!lines) return
    lines.push(formatWithOptions({ depth: 3 }, ...values).slice(0, maxLineLength))
    if (lines.length > maxLines) lines.shift()
  }
}

/**
 * Whichever comes first: a returned promise, a returned value, the callback, or one of the context's legacy methods.
 */
function run(handler: Handler, { id, payload, functionName, arn, trace }: WorkerCall): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const done: Callback = (error, result) => (error === null || error === undefined ? resolve(result) : reject(error))
  const deadline = Date.now() + 5000
  const context = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    awsRequestId: id,
    ...(trace && { clientContext: { custom: trace } }),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done,
    succeed: (result: unknown) => done(null, result),
    fail: (error: unknown) => done(error ?? 'null'),
  }
  const returned = handler(JSON.parse(payload), context, done)
  if (returned instanceof Promise) returned.then(resolve, reject)
  // A synchronous handler that takes more than the event answers through the callback or the context.
  else if (handler.length < 2) resolve(returned)
  return promise
}
