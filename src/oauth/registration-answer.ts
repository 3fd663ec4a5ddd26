import type { ParameterizedContext } from 'koa'
import { LimitExceeded, ServiceError } from '../model/errors.ts'
import { invalidMetadata } from './metadata-members.ts'
import { OAuthError } from './oauth-error.ts'

/** @throws anything that is not a refusal */
export function answerError(koa: ParameterizedContext, thrown: unknown): void {
  if (thrown instanceof LimitExceeded) {
    answer(koa, 429, refusal('too_many_requests', thrown.message))
    return
  }
  const error = thrown instanceof ServiceError ? invalidMetadata(thrown.message) : thrown
  if (!(error instanceof OAuthError)) throw error
  answer(koa, 400, refusal(error.code, error.description))
}

export const refusal = (error: string, error_description?: string) => ({ error, error_description })

export function answer(koa: ParameterizedContext, status: number, body: object): void {
  koa.status = status
  koa.type = 'application/json;charset=UTF-8'
  koa.body = JSON.stringify(body)
}
