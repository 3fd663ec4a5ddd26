import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { type AuthorizationRequest, beginRequest, pageQuery } from '../oauth/interaction.ts'
import type { Surface } from '../oauth/surface.ts'
import { showProblem } from './message-page.ts'
import { type PageName, pagePaths } from './page-name.ts'
import { queryOf } from './query-of.ts'
import type { Problem } from './show.ts'
import type { Language } from './texts/texts.ts'

/** Pages other than the first that links from elsewhere may open. */
const directPages = ['signUp', 'forgotPassword'] as const satisfies PageName[]

/** Query parameter that carries the requested page to the OAuth endpoint and back. */
const screen = 'screen'
/** Query parameters that exist only on that round trip. */
const passing = [screen, 'begun']

/** The page that the browser asked for in place of the first, before it passed through the OAuth endpoint. */
export function requestedPage(koa: ParameterizedContext): PageName | undefined {
  return directPages.find((page) => page === queryOf(koa, screen))
}

/** The OAuth endpoint validates the app's request and redirects the browser back here. */
export async function begin(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  language: Language,
  name: PageName,
): Promise<void> {
  const { t } = language
  const title = t('problem.expired.title')
  if (!queryOf(koa, 'client_id'))
    return showProblem(ctx, koa, surface, { status: 400, title, text: t('problem.noRequest') })
  if (name !== 'login' && (directPages as readonly string[]).includes(name)) {
    const query = new URLSearchParams(koa.querystring)
    query.set(screen, name)
    koa.querystring = query.toString()
  }
  if (beginRequest(ctx, koa, surface)) return
  const link = againLink(koa, surface, language)
  await showProblem(ctx, koa, surface, { status: 400, title, text: t('problem.expired'), link })
}

/** Where the app's request begins again, if the address still has it. */
export function againLink(koa: ParameterizedContext, surface: Surface, { t }: Language): Problem['link'] {
  const query = new URLSearchParams(koa.querystring)
  if (!query.get('client_id')) return undefined
  for (const mark of passing) query.delete(mark)
  return { url: `${surface.base}${pagePaths.login}?${query}`, text: t('problem.startAgain') }
}

export function addressOf({ surface, parameters }: AuthorizationRequest, page: PageName): string {
  const query = pageQuery(new URLSearchParams(parameters))
  for (const mark of passing) query.delete(mark)
  return `${surface.base}${pagePaths[page]}?${query}`
}
