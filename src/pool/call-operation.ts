/**
 * The one door to the operations, for the wire, the pages and the seed of development. A call passes, in this order:
 *
 *    1. the input fits the model             SerializationException, InvalidParameterException; see model/validate
 *    2. the operation has a handler          NotImplementedException
 *    3. the surface lets the call in         its limits, its records: `enter`
 *    4. the handler runs                     with the pool and client that this node remembers; see clients/owner
 *    5. the surface records the output       `leave`
 *
 * What the call met at the database is told as an error that the operation declares, if it declares one. An error that it
 * does not declare is answered all the same, and logged as a defect of the handler.
 */
import type { RequestContext } from '../context.ts'
import { spanned } from '../lib/spans.ts'
import { NotImplemented, ResourceNotFound, ServiceError, TooManyRequests } from '../model/errors.ts'
import type { Operation } from '../model/model.ts'
import { isProtocolError } from '../model/protocol-errors.ts'
import { parseInput } from '../model/validate.ts'
import type { CallableService } from './services.ts'

export interface CalledOperation {
  service: CallableService
  operation: Operation<string>
}

/** What a surface adds to a call. */
export interface Surface {
  /** Called with the valid input. @throws what the surface refuses, declared or not */
  enter(input: object): RequestContext | Promise<RequestContext>
  leave?(output: unknown): Promise<void>
  onUndeclaredError?: (operation: string, error: ServiceError) => void
}

/** @throws ServiceError, or what nobody expected */
export function callOperation(called: CalledOperation, json: unknown, surface: Surface): Promise<unknown> {
  const { name } = called.operation
  return spanned(name, () => call(called, json, surface), 'internal', {
    'rpc.service': called.service.model.targetPrefix,
    'rpc.method': name,
  })
}

async function call({ service, operation }: CalledOperation, json: unknown, surface: Surface): Promise<unknown> {
  const input = parseInput(operation, json)
  if (!service.has(operation.name)) throw new NotImplemented(`${operation.name} is not implemented.`)
  try {
    const ctx = await surface.enter(input)
    const output = await service.run(operation.name, input, ctx).catch((error) => {
      if (isUndeclared(operation, error)) reportUndeclared(ctx, operation, error, surface)
      throw error
    })
    await surface.leave?.(output)
    return output
  } catch (error) {
    throw declaredRace(operation, error) ?? error
  }
}

const isUndeclared = (operation: Operation<string>, error: unknown): error is ServiceError =>
  error instanceof ServiceError && !operation.errors.includes(error.type) && !isProtocolError(error.type)

function reportUndeclared(
  { log, requestId }: RequestContext,
  operation: Operation<string>,
  error: ServiceError,
  { onUndeclaredError }: Surface,
): void {
  const { type, reason, field } = error
  log.error({ operation: operation.name, requestId, type, reason, field }, 'an operation threw an undeclared error')
  onUndeclaredError?.(operation.name, error)
}

function declaredRace(operation: Operation<string>, error: unknown): ServiceError | undefined {
  const lost = lostRace(error)
  return lost && operation.errors.includes(lost.type) ? lost : undefined
}

/**
 * Two calls met in the database: another call has deleted the row that this one writes to, or the database has aborted
 * one of two that blocked each other.
 */
function lostRace(error: unknown): ServiceError | undefined {
  switch ((error as { code?: unknown } | undefined)?.code) {
    case '23503': // foreign_key_violation
      return new ResourceNotFound('The resource was deleted while the request was under way.')
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
      return new TooManyRequests()
    default:
      return undefined
  }
}
