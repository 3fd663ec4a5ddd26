import type { ParameterizedContext } from 'koa'
import type { ServiceError } from '../model/errors.ts'
import { allowEveryOrigin, exposed } from './cors.ts'
import { type ErrorAnswer, errorAnswer, headerSafe } from './error-answer.ts'

const mediaType = 'application/x-amz-json-1.1'

/** Sets the headers that every answer begins with, once. */
export function openAnswer(koa: ParameterizedContext, requestId: string): void {
  if (koa.res.hasHeader('x-amzn-RequestId')) return
  allowEveryOrigin(koa)
  koa.set('x-amzn-RequestId', requestId)
}

/**
 * Answers with the output of a call, past koa: a head that is written in one piece costs half as much as one that is put
 * together header by header.
 */
export function answerOutput(koa: ParameterizedContext, requestId: string, body: string): void {
  send(koa, requestId, { status: 200, body, head: [] })
}

/** Answers with the refusal of a call, past koa as well. @param more further headers: names and values in turns */
export function answerRefusal(
  koa: ParameterizedContext,
  requestId: string,
  error: Pick<ServiceError, 'type' | 'message'>,
  { declared, unavailable, more }: { declared: boolean; unavailable: boolean; more: string[] },
): void {
  const { status, body } = errorAnswer(error, declared)
  const head = ['x-amzn-ErrorType', `${error.type}:`, ...more]
  if (error.message !== '') head.push('x-amzn-ErrorMessage', headerSafe(error.message))
  // Every SDK retries a call with this status, whatever the error type.
  send(koa, requestId, { status: unavailable ? 503 : status, body, head })
}

function send(
  koa: ParameterizedContext,
  requestId: string,
  { status, body, head }: { status: number; body: string; head: string[] },
): void {
  const { res } = koa
  head.push('Content-Type', mediaType, 'Content-Length', String(Buffer.byteLength(body)))
  if (!res.hasHeader('x-amzn-RequestId'))
    head.push(
      ...['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', exposed, 'x-amzn-RequestId', requestId],
    )
  koa.respond = false
  res.writeHead(status, head)
  res.end(body)
}

export function answer(koa: ParameterizedContext, { status, body }: ErrorAnswer): void {
  koa.status = status
  koa.set('Content-Type', mediaType)
  koa.body = body
}

export function answerUnknownOperation(koa: ParameterizedContext): void {
  const type = 'UnknownOperationException'
  koa.set('x-amzn-ErrorType', `${type}:`)
  answer(koa, errorAnswer({ type, message: '' }))
}
