import type { ParameterizedContext } from 'koa'
import type { PageReason, Reason } from '../model/reasons.ts'

/** An error in English, and the reason by which pages translate it. */
export interface PageError {
  reason?: Reason | PageReason
  message: string
}

/** How an error looks that can't be told to the app, since it is not known which app it is. */
export type RenderError = (koa: ParameterizedContext, error: PageError) => void | Promise<void>

export const plainError: RenderError = (koa, { message }) => {
  koa.type = 'text/plain; charset=utf-8'
  koa.body = `${title}\n${message}\n`
}

/** The heading that the service shows over every refusal of this kind. */
const title = 'An error was encountered with the requested page.'

export const unknownApp: PageError = {
  reason: 'unknown-app',
  message: 'The client_id is missing, or no app has it.',
}
export const unknownRedirectUri: PageError = {
  reason: 'unknown-redirect-uri',
  message: 'The redirect_uri is not one that the app has registered (redirect_mismatch).',
}
export const unknownLogoutUri: PageError = {
  reason: 'unknown-logout-uri',
  message: 'The logout_uri is not one that the app has registered.',
}
export const missingLogoutUri: PageError = {
  reason: 'missing-logout-uri',
  message: "Required String parameter 'redirect_uri' is not present",
}
export const requestOver: PageError = {
  reason: 'request-over',
  message: 'The request has expired, or this browser did not begin it. Please go back to the app and try again.',
}

export async function showError(
  koa: ParameterizedContext,
  render: RenderError,
  error: PageError | string,
  status = 400,
): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  koa.status = status
  await render(koa, typeof error === 'string' ? { message: error } : error)
  koa.status = status
}
