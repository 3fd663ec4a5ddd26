import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { findApp } from '../oauth/interaction.ts'
import { createSurfaceFinder, type Surface } from '../oauth/surface.ts'
import type { Client } from '../pool/clients/client.ts'
import { findPool } from '../pool/pools/pool.ts'
import { type Brand, brandOf, brandView, loginVersion } from './branding/brand.ts'
import { languageOf } from './language.ts'
import { type Problem, problemView, renderError, type Shown, showPage } from './show.ts'
import { type Refused, refusalText } from './texts/refusal-text.ts'
import { english, type Language, type Translate } from './texts/texts.ts'
import type { Detail } from './views/message-view.ts'

/** Pages that only show a message and belong to no sign-in. They use the style of the app named in the address. */
export async function showMessage(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  shown: Pick<Shown, 'status' | 'view'> & { template?: string; language: Language },
): Promise<void> {
  const brand = await brandAsked(ctx, koa, surface)
  return showPage(koa, { template: 'pages/message', ...shown, base: surface.base, brand })
}

export async function showProblem(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  problem: Problem,
): Promise<void> {
  const language = await languageAt(ctx, koa, surface)
  const view = problemView(problem)
  return showMessage(ctx, koa, surface, { status: problem.status ?? koa.status, view, language })
}

interface RefusedRequest extends Refused {
  /** The app that is meant, where it is known. */
  client?: Client
  /** The refused address, and those that are registered. */
  refused?: { uri: string; registered: string[] }
}

/** Renders the refusals of the OAuth endpoints. */
export function createErrorPage(ctx: Context): (koa: ParameterizedContext, page: RefusedRequest) => Promise<void> {
  const findSurface = createSurfaceFinder(ctx)
  return async (koa, error) => {
    const surface = await findSurface(koa)
    const { t } = surface ? await languageAt(ctx, koa, surface) : languageOf(koa)
    const problem = {
      title: t('problem.request'),
      text: refusalText(t, error),
      link: wayBack(t, error),
      details: ctx.config.mode === 'dev' ? detailsOf(t, error) : [],
    }
    return surface ? showProblem(ctx, koa, surface, problem) : renderError(koa, problem)
  }
}

/** The app's home page, if it has one: a native app's address leads nowhere without an answer. */
function wayBack(t: Translate, { client }: RefusedRequest): { url: string; text: string } | undefined {
  const { DefaultRedirectURI, CallbackURLs = [] } = client?.settings ?? {}
  const url = DefaultRedirectURI ?? CallbackURLs[0]
  if (!url || !/^https?:/i.test(url)) return undefined
  return { url: `${new URL(url).origin}/`, text: t('problem.backToApp') }
}

/** For developers. */
function detailsOf(t: Translate, { refused }: RefusedRequest): Detail[] {
  if (!refused) return []
  const { uri, registered } = refused
  const shown = (addresses: string[]) => (addresses.length > 0 ? addresses : [t('problem.noAddress')])
  return [
    { name: t('problem.requestedAddress'), values: shown(uri ? [uri.slice(0, 500)] : []) },
    { name: t('problem.registeredAddresses'), values: shown(registered.slice(0, 10)) },
  ]
}

/** As on the service, the classic pages are in English only. */
export async function languageAt(ctx: Context, koa: ParameterizedContext, surface: Surface): Promise<Language> {
  const pool = surface.pool ?? (await findPool(ctx, surface.poolId))
  return pool && loginVersion(ctx, pool, surface) === 1 ? english : languageOf(koa, surface)
}

async function brandAsked(ctx: Context, koa: ParameterizedContext, surface: Surface): Promise<Brand | undefined> {
  const named = new URLSearchParams(koa.querystring).get('client_id')
  const found = await findApp(ctx, named ?? undefined, surface.poolId)
  const brand = found?.pool.id === surface.poolId && (await brandOf(ctx, { ...found, surface }))
  if (brand && brand !== 'unavailable') return brand
  const pool = surface.pool ?? (await findPool(ctx, surface.poolId))
  const kind = pool && loginVersion(ctx, pool, surface) === 1 ? 'classic' : 'managed'
  return brandView({ managed: undefined, classic: undefined, terms: {} }, kind, `${surface.base}/branding/`, '')
}
