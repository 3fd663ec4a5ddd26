import type { ParameterizedContext } from 'koa'
import type { RequestContext } from '../context.ts'
import { browserSession, findApp } from '../oauth/interaction.ts'
import type { Surface } from '../oauth/surface.ts'
import type { Client } from '../pool/clients/client.ts'
import { startRegistration } from '../pool/passkeys/register.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { brandOf, loginVersion } from './branding/brand.ts'
import { formToken, isFormTokenValid } from './csrf.ts'
import { showProblem } from './message-page.ts'
import { pagePaths } from './page-name.ts'
import type { Flash } from './page-state.ts'
import { offersPasskeys, register } from './pages/add-passkey.ts'
import type { Form } from './read-form.ts'
import { showPage } from './show.ts'
import type { Language, TextKey } from './texts/texts.ts'
import { addPasskeyView } from './views/add-passkey-view.ts'

/**
 * An app may link to /passkeys/add for a user who is signed in. No sign-in is in progress, and the page returns to the
 * app. A user who is not signed in signs in first.
 */
export async function addPasskeyDirectly(
  ctx: RequestContext,
  koa: ParameterizedContext,
  surface: Surface,
  language: Language,
  redirect: (address: string) => void,
  sent?: Form,
): Promise<void> {
  const { t } = language
  const query = new URLSearchParams(koa.querystring)
  const refuse = (text: string, status = 400, title = t('problem.title')) =>
    showProblem(ctx, koa, surface, { status, title, text })

  const app = await findAppAt(ctx, surface, query)
  if ('problem' in app) return refuse(t(app.problem))
  const { pool, client, redirectUri } = app
  if (!query.has('response_type')) query.set('response_type', 'code')
  const brand = await brandOf(ctx, { pool, client, surface })
  if (brand === 'unavailable') return refuse(t('problem.unavailable'), 403)

  const session = await browserSession(ctx, koa, surface)
  if (!session) return redirect(`${surface.base}${pagePaths.login}?${query}`)
  const { user } = session
  const place = { surface, uid: user.id, page: 'addPasskey' }
  const backToApp = () => redirect(`${surface.base}/oauth2/authorize?${query}`)

  let flash: Flash = { page: 'addPasskey' }
  if (sent) {
    if (sent('uid') !== user.id || !isFormTokenValid(ctx, koa, place, sent('_csrf')))
      return refuse(t('problem.forgery'), 403, t('problem.forgery.title'))
    if (sent('later')) return backToApp()
    const refused = await register(ctx, t, { pool, client, user }, sent('credential'))
    if (!refused) return backToApp()
    flash = { ...flash, ...refused }
  }

  const form = {
    action: `${surface.base}${pagePaths.addPasskey}?${query}`,
    token: formToken(ctx, koa, place),
    uid: user.id,
  }
  const options = await startRegistration(ctx, { pool, client, user })
  const view = addPasskeyView({ t, flash }, { form, options })
  const { origin, protocol } = new URL(redirectUri)
  const formTarget = origin === 'null' ? protocol : origin
  return showPage(koa, { template: 'pages/add-passkey', view, base: surface.base, language, formTarget, brand })
}

interface App {
  pool: Pool
  client: Client
  redirectUri: string
}

/** The app that the query names, at one of its redirect URIs, in a pool that offers passkeys; or the text of a refusal. */
async function findAppAt(
  ctx: RequestContext,
  surface: Surface,
  query: URLSearchParams,
): Promise<App | { problem: TextKey }> {
  const found = await findApp(ctx, query.get('client_id') ?? undefined, surface.poolId)
  if (found?.pool.id !== surface.poolId) return { problem: 'problem.invalid_client' }
  const { pool, client } = found
  const redirectUri = client.settings.CallbackURLs?.find((registered) => registered === query.get('redirect_uri'))
  if (!redirectUri) return { problem: 'problem.redirect_mismatch' }
  const offered = offersPasskeys(ctx, pool, loginVersion(ctx, pool, surface) === 2)
  return offered ? { pool, client, redirectUri } : { problem: 'addPasskey.closed' }
}
