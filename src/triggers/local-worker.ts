/** The thread of one trigger module. It loads the module once and runs its handler as Lambda would. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Outcome } from './runner.ts'

export interface WorkerCall {
  id: string
  payload: string
  functionName: string
  arn: string
}

export interface WorkerAnswer {
  id: string
  outcome: Outcome
  /** Why the module could not be loaded: logged, but not shown to users. */
  error?: unknown
}

type Callback = (error: unknown, result?: unknown) => void
type Handler = (event: unknown, context: object, callback: Callback) => unknown

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
    return { id, outcome: { kind: 'failed', error: 'Runtime.ImportModuleError' }, error }
  }
  try {
    return { id, outcome: { kind: 'answered', payload: JSON.stringify(await run(handler, call)) ?? 'null' } }
  } catch (error) {
    return { id, outcome: { kind: 'threw', message: error instanceof Error ? error.message : String(error) } }
  }
}

/**
 * Whichever comes first: a returned promise, a returned value, the callback, or one of the context's legacy methods.
 */
function run(handler: Handler, { id, payload, functionName, arn }: WorkerCall): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const done: Callback = (error, result) => (error === null || error === undefined ? resolve(result) : reject(error))
  const deadline = Date.now() + 5000
  const context = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    awsRequestId: id,
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
