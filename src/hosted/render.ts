import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { installed } from '../lib/installed.ts'
import type { Brand } from './branding/brand.ts'
import type { LanguagePicker } from './language-picker.ts'
import type { Language, TextKey } from './texts/texts.ts'

export interface PageFrame {
  language: Language
  title: string
  /** The title announces an error, since screen readers read the title first. */
  failed: boolean
  stylesheets: string[]
  scripts: string[]
  icons: Brand['icons']
  brand: Brand | undefined
  /** The languages to choose from, where the style offers them. */
  picker: LanguagePicker | undefined
  /** Inside or outside the card, before or after the form. */
  logoPlace: 'above' | 'top' | 'bottom' | 'below' | undefined
}

export type Render = (template: string, view: object, frame: PageFrame) => string

interface Data {
  language: Language
  brand: Partial<Brand>
}

type Template = (view: object, options: { data: Data }) => string

/** Without a style, pictures and bars are still looked up. */
const plain: Partial<Brand> = {
  header: undefined,
  footer: undefined,
  logo: undefined,
  banner: undefined,
  graphics: {},
  federatedFirst: true,
}

let loaded: Promise<Render> | undefined

/** Handlebars is loaded and the templates are compiled when the first page is rendered. */
export function loadRender(): Promise<Render> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Render> {
  const handlebars = (await import('handlebars')).default.create()
  handlebars.registerHelper('t', (key: TextKey, options: { data: { language: Language } }) =>
    options.data.language.t(key),
  )
  handlebars.registerHelper('is', (one: unknown, other: unknown) => one === other)
  const options = { strict: true, knownHelpers: { t: true, is: true }, knownHelpersOnly: true, preventIndent: true }

  for (const [name, text] of await sources('partials/'))
    handlebars.registerPartial(name, handlebars.compile(text, options))
  const templates = new Map<string, Template>()
  for (const folder of ['', 'pages/', 'challenges/'])
    for (const [name, text] of await sources(folder)) templates.set(folder + name, handlebars.compile(text, options))

  return (template, view, { language, brand, ...frame }) => {
    const data = { language, brand: brand ?? plain }
    const body = templates.get(template)!(view, { data })
    return templates.get('layout')!({ ...frame, lang: language.tag, rightToLeft: language.rightToLeft, body }, { data })
  }
}

async function sources(folder: string): Promise<[name: string, text: string][]> {
  const url = installed(`views/${folder}`)
  const files = (await readdir(url)).filter((file) => file.endsWith('.hbs'))
  return Promise.all(
    files.map(async (file) => [basename(file, '.hbs'), await readFile(new URL(file, url), 'utf8')] as const),
  ) as Promise<[string, string][]>
}
