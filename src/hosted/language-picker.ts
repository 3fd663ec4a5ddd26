import type { ParameterizedContext } from 'koa'
import { type Language, languages } from './texts/texts.ts'

export interface LanguagePicker {
  /** The address of the page that is shown, without its query. */
  action: string
  /** The query, which the picker's form sends along. */
  parameters: { name: string; value: string }[]
  options: { tag: string; name: string; selected: boolean }[]
}

/** Nothing where the page answers a form: its address can't be asked for again in another language. */
export function languagePicker(koa: ParameterizedContext, current: Language): LanguagePicker | undefined {
  if (koa.method !== 'GET' && koa.method !== 'HEAD') return undefined
  const query = new URLSearchParams(koa.querystring)
  query.delete('lang')
  return {
    action: koa.path,
    parameters: [...query].map(([name, value]) => ({ name, value })),
    options: choices.map(({ tag, name }) => ({ tag, name, selected: tag === current.tag })),
  }
}

/** The names that differ by script rather than by country. */
const ownNames: Record<string, string> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文' }

/** Each language by the name that its speakers have for it. */
const choices = languages
  .map(({ tag }) => ({ tag, name: ownNames[tag] ?? nameOf(tag) }))
  .sort((one, other) => new Intl.Collator('en').compare(one.name, other.name))

function nameOf(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag
  const [first = '', ...rest] = name
  return first.toLocaleUpperCase(tag) + rest.join('')
}
