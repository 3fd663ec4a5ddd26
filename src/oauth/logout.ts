import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { allowedScopes } from '../pool/clients/client-rules.ts'
import { findApp } from './app.ts'
import {
  missingLogoutUri,
  type RenderError,
  showError,
  unknownApp,
  unknownLogoutUri,
  unknownRedirectUri,
  unregistered,
} from './error-page.ts'
import { leave } from './leave.ts'
import { queryOrForm } from './query-or-form.ts'
import { isOfOpenId, mayInitiate, rpLogout } from './rp-logout.ts'
import type { Surface } from './surface.ts'

const passedOn = ['client_id', 'redirect_uri', 'response_type', 'state', 'scope', 'nonce', 'lang']

/**
 * GET /logout ends the browser's session with the pool and goes on: to a sign-out address of the app, or to the login
 * page to sign in as somebody else; by way of the SAML provider of the session, where its session is to end too.
 * Addresses that the app has not registered are refused, and then nothing ends.
 */
export async function logout(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  renderError: RenderError,
): Promise<void> {
  const query = await queryOrForm(koa)
  if (isOfOpenId(query) && (await mayInitiate(ctx, surface))) return rpLogout(ctx, koa, surface, { query, renderError })
  const one = (name: string) => (query.getAll(name).length === 1 ? query.get(name)! : undefined)
  const found = await findApp(ctx, one('client_id'), surface.poolId)
  if (found?.pool.id !== surface.poolId) return showError(koa, renderError, unknownApp)
  const { LogoutURLs = [], CallbackURLs = [] } = found.client.settings

  if (query.has('logout_uri')) {
    const logoutUri = LogoutURLs.find((registered) => registered === one('logout_uri'))
    if (!logoutUri) {
      const refused = unregistered(unknownLogoutUri('logout_uri'), found.client, one('logout_uri'))
      return showError(koa, renderError, refused)
    }
    return goTo(logoutUri)
  }
  // In the service's words, which name the parameter that it would check last.
  if (!query.has('redirect_uri')) return showError(koa, renderError, missingLogoutUri)
  if (!CallbackURLs.some((registered) => registered === one('redirect_uri')))
    return showError(koa, renderError, unregistered(unknownRedirectUri, found.client, one('redirect_uri')))
  if (!one('response_type')) return showError(koa, renderError, 'The response_type is missing.')
  const next = new URLSearchParams()
  for (const name of passedOn) if (one(name) !== undefined) next.set(name, one(name)!)
  if (!next.get('scope')?.trim()) next.set('scope', [...allowedScopes(found.client)].join(' '))
  return goTo(`${surface.base}/login?${next}`)

  async function goTo(url: string): Promise<void> {
    await leave(ctx, koa, surface, found!.pool, url)
  }
}
