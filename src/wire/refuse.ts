import type { Standing } from '../lib/caller-limits.ts'
import { networkOf } from '../lib/client-address.ts'
import { QueueFull } from '../lib/fair-queue.ts'
import { ClientGone } from '../lib/request-body.ts'
import { factsOf } from '../lib/request-facts.ts'
import { InternalError, ServiceError, TooManyRequests } from '../model/errors.ts'
import { isDatabaseUnavailable, retryAfter } from '../store/unavailable.ts'
import { answerRefusal } from './answer.ts'
import { describeFailure } from './failure.ts'
import type { Call, Wire } from './wire.ts'

/** Too many calls from one address or client; any operation may answer with it. */
class CallerThrottled extends TooManyRequests {
  readonly retryAfter: number

  constructor({ retryAfter }: Pick<Standing, 'retryAfter'>) {
    super()
    this.retryAfter = retryAfter
  }
}

/** @throws TooManyRequestsException, with the time after which the caller may retry */
export function admitCaller(standing: Standing): void {
  if (!standing.allowed) throw new CallerThrottled(standing)
}

/**
 * Answers with the error of a call: a ServiceError as it is, anything else as an internal error. @returns the error
 * type; undefined if the client has disconnected
 */
export async function refuse(wire: Wire, call: Call, failure: unknown): Promise<string | undefined> {
  const { koa, operation, requestId } = call
  const thrown = failure instanceof QueueFull ? new CallerThrottled({ retryAfter }) : failure
  if (thrown instanceof CallerThrottled) await wire.options.limits?.holdBack(networkOf(koa.ip))
  if (thrown instanceof ClientGone) {
    koa.respond = false
    return undefined
  }
  const error = thrown instanceof ServiceError ? thrown : unexpected(wire, call, thrown)
  factsOf(koa).refusal = error
  const unavailable = isDatabaseUnavailable(thrown)
  const retry = unavailable ? retryAfter : error instanceof CallerThrottled ? error.retryAfter : undefined
  const more = retry === undefined ? [] : ['Retry-After', String(retry)]
  if (error.type === 'RequestTimeoutException') more.push('Connection', 'close')
  answerRefusal(koa, requestId, error, { declared: operation.errors.includes(error.type), unavailable, more })
  return error.type
}

function unexpected({ ctx }: Wire, { operation, requestId }: Call, thrown: unknown): ServiceError {
  const failure = describeFailure(thrown, ctx.config.mode === 'dev')
  const details = { operation: operation.name, requestId, failure }
  if (isDatabaseUnavailable(thrown)) ctx.log.warn(details, 'a call was refused: the database is unavailable')
  else ctx.log.error(details, 'an operation failed')
  return operation.errors.includes('InternalServerException')
    ? new ServiceError('InternalServerException', new InternalError().message)
    : new InternalError()
}
