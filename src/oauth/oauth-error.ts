import type { ParameterizedContext } from 'koa'
import { StacklessError } from '../model/stackless-error.ts'

export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'invalid_client_metadata'
  | 'invalid_redirect_uri'
  | 'access_denied'
  | 'authorization_pending'
  | 'expired_token'
  | 'slow_down'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'too_many_requests'
  | 'temporarily_unavailable'
  | 'unknown_user_id'
  | 'invalid_binding_message'

/** A refusal of the endpoints that apps call. As on the service the answer is the code alone, with few exceptions. */
export class OAuthError extends StacklessError {
  readonly code: OAuthErrorCode
  readonly description: string | undefined

  constructor(code: OAuthErrorCode, description?: string) {
    super(code)
    this.code = code
    this.description = description
  }
}

export function answerOAuthError(koa: ParameterizedContext, { code, description }: OAuthError, status = 400): void {
  koa.status = status
  koa.type = 'application/json;charset=UTF-8'
  koa.body = JSON.stringify({ error: code, error_description: description })
}
