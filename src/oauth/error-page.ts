import type { ParameterizedContext } from 'koa'
import type { PageReason, Reason } from '../model/reasons.ts'
import type { Client } from '../pool/clients/client.ts'

/** An error in English, and the reason by which pages translate it. */
export interface PageError {
  reason?: Reason | PageReason
  message: string
  /** What the translated text needs. */
  values?: Record<string, string>
  /** The app that is meant, where it is known: the page leads back to it. */
  client?: Client
  /** The address that was refused, beside those that would have been taken: shown in development. */
  refused?: { uri: string; registered: string[] }
}

/** Renders an error that can't be sent to the app, since the app is not known. */
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
/** By the name of the parameter that the app has sent. */
export const unknownLogoutUri = (name: 'logout_uri' | 'post_logout_redirect_uri'): PageError => ({
  reason: 'unknown-logout-uri',
  values: { name },
  message: `The ${name} is not one that the app has registered.`,
})
export const missingLogoutUri: PageError = {
  reason: 'missing-logout-uri',
  message: "Required String parameter 'redirect_uri' is not present",
}
export const badIdTokenHint: PageError = {
  reason: 'bad-id-token-hint',
  message: 'The id_token_hint is not an ID token of the app.',
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

/** The address that was requested is not one that the app has registered. */
export function unregistered(error: PageError, client: Client, uri: string | null | undefined): PageError {
  const { CallbackURLs = [], LogoutURLs = [] } = client.settings
  const registered = error.reason === 'unknown-logout-uri' ? LogoutURLs : CallbackURLs
  return { ...error, client, refused: { uri: uri ?? '', registered } }
}
