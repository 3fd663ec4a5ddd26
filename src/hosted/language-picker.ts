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
    options: choices().map(({ tag, name }) => ({ tag, name, selected: tag === current.tag })),
  }
}

let sorted: readonly Language[] | undefined

/** Sorted when first shown: a process that has just started has other things to do. */
function choices(): readonly Language[] {
  if (sorted) return sorted
  const { compare } = new Intl.Collator('en')
  sorted = languages.toSorted((one, other) => compare(one.name, other.name))
  return sorted
}
