import type { ParameterizedContext } from 'koa'
import type { ServiceError } from '../model/errors.ts'
import { type ErrorAnswer, errorAnswer, headerSafe } from './error-answer.ts'

const mediaType = 'application/x-amz-json-1.1'

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
