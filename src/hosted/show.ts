import type { ParameterizedContext } from 'koa'
import { pageWork } from '../lib/page-work.ts'
import { loadAssets, type ScriptName } from './assets.ts'
import type { Brand } from './branding/brand.ts'
import { languageOf } from './language.ts'
import { languagePicker } from './language-picker.ts'
import { setPageHeaders } from './page-headers.ts'
import { loadRender, type PageFrame } from './render.ts'
import type { Language } from './texts/texts.ts'
import { type Detail, type MessageView, messageView } from './views/message-view.ts'

export interface Shown {
  status?: number
  template: string
  view: object & { title: string; failed: boolean; scripts?: ScriptName[] }
  /** The prefix of all the pool's addresses; '' on a domain host. */
  base: string
  language: Language
  formTarget?: string
  /** The default style if omitted. */
  brand?: Brand
}

export async function showPage(koa: ParameterizedContext, shown: Shown): Promise<void> {
  const { status, template, view, base, language, formTarget, brand } = shown
  const [render, assets] = await Promise.all([loadRender(), loadAssets()])
  const at = (name: string) => `${base}/assets/${name}`
  const { title, failed } = view
  const picker = brand?.showsLanguages ? languagePicker(koa, language) : undefined
  const scripts: ScriptName[] = [...(view.scripts ?? [])]
  if (picker) scripts.push('choose-language')
  // A message has no form: it needs no script and its policy lets none run.
  if (template !== 'pages/message') scripts.push('submit-once')
  const theme = brand?.theme ?? at(brand?.classic ? assets.classicTheme : assets.theme)
  const stylesheets = [theme, at(assets.stylesheet), ...(brand?.more ?? [])]
  const icons = brand?.icons.length ? brand.icons : [{ url: at(assets.icon), type: 'image/svg+xml', dark: false }]
  const frame = {
    logoPlace: logoPlace(brand),
    language,
    title,
    failed,
    stylesheets,
    scripts: scripts.map((name) => at(assets.scripts[name])),
    icons,
    brand,
    picker,
  }
  setPageHeaders(koa, { formTarget, script: scripts.length > 0 })
  koa.status = status ?? 200
  koa.type = 'text/html; charset=utf-8'
  // Messages also say that the server is too busy.
  koa.body =
    template === 'pages/message'
      ? render(template, view, frame)
      : await pageWork(base, async () => render(template, view, frame))
}

function logoPlace(brand: Brand | undefined): PageFrame['logoPlace'] {
  if (!brand?.logo) return undefined
  const { inside, below } = brand.logo
  return inside ? (below ? 'bottom' : 'top') : below ? 'below' : 'above'
}

export interface Problem {
  /** The status already set on the response if omitted. */
  status?: number
  title: string
  text: string
  link?: { url: string; text: string }
  details?: Detail[]
}

/** By status and language. */
const busyPages = new Map<string, string>()

/** `renderError` for the answers of a flood: each page is rendered once. The text depends on the language alone. */
export async function renderErrorOnce(koa: ParameterizedContext, problem: Problem & { status: number }): Promise<void> {
  const key = `${problem.status} ${languageOf(koa).tag}`
  const page = busyPages.get(key)
  if (page === undefined) {
    await renderError(koa, problem)
    busyPages.set(key, koa.body as string)
    return
  }
  setPageHeaders(koa)
  koa.status = problem.status
  koa.type = 'text/html; charset=utf-8'
  koa.body = page
}

/** Shows an error outside any pool's pages. */
export function renderError(koa: ParameterizedContext, problem: Problem): Promise<void> {
  const language = languageOf(koa)
  return showPage(koa, {
    status: problem.status ?? koa.status,
    template: 'pages/message',
    view: problemView(problem),
    // The static files are the same for every pool and are served on every host.
    base: '',
    language,
  })
}

export const problemView = ({ title, text, link, details }: Problem): MessageView =>
  messageView({ title, text, failed: true, link, details })
