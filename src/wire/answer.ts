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
  const { res } = koa
  const head = ['Content-Type', mediaType, 'Content-Length', String(Buffer.byteLength(body))]
  if (!res.hasHeader('x-amzn-RequestId'))
    head.push(
      ...['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', exposed, 'x-amzn-RequestId', requestId],
    )
  koa.respond = false
  res.writeHead(200, head)
  res.end(body)
}

export function answer(koa: ParameterizedContext, { status, body }: ErrorAnswer): void {
  koa.status = status
  koa.set('Content-Type', mediaType)
  koa.body = body
}

export function answerError(
  koa: ParameterizedContext,
  error: Pick<ServiceError, 'type' | 'message'>,
  declared = false,
): void {
  koa.set('x-amzn-ErrorType', `${error.type}:`)
  if (error.message !== '') koa.set('x-amzn-ErrorMessage', headerSafe(error.message))
  answer(koa, errorAnswer(error, declared))
}
