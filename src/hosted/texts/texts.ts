import { ar } from './ar.ts'
import { cs } from './cs.ts'
import { da } from './da.ts'
import { de } from './de.ts'
import { el } from './el.ts'
import { en, type Text, type TextKey, type Texts } from './en.ts'
import { es } from './es.ts'
import { fi } from './fi.ts'
import { fr } from './fr.ts'
import { he } from './he.ts'
import { hi } from './hi.ts'
import { hu } from './hu.ts'
import { id } from './id.ts'
import { it } from './it.ts'
import { ja } from './ja.ts'
import { ko } from './ko.ts'
import { nb } from './nb.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { ptBR } from './pt-br.ts'
import { ro } from './ro.ts'
import { ru } from './ru.ts'
import { sk } from './sk.ts'
import { sv } from './sv.ts'
import { th } from './th.ts'
import { tr } from './tr.ts'
import { uk } from './uk.ts'
import { vi } from './vi.ts'
import { zhCN } from './zh-cn.ts'
import { zhTW } from './zh-tw.ts'

export type { TextKey } from './en.ts'

/**
 * A text in the page's language. Numbers are formatted for it. In a language written from right to left, other values are
 * isolated, so that a phone number or an email address keeps its own order.
 */
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string

export interface Language {
  /** For the `lang` attribute. */
  tag: string
  rightToLeft: boolean
  t: Translate
}

const texts = {
  en,
  ar,
  cs,
  da,
  de,
  el,
  es,
  fi,
  fr,
  he,
  hi,
  hu,
  id,
  it,
  ja,
  ko,
  nb,
  nl,
  pl,
  ro,
  ru,
  sk,
  sv,
  th,
  tr,
  uk,
  vi,
  'pt-BR': ptBR,
  'zh-CN': zhCN,
  'zh-TW': zhTW,
} satisfies Record<string, Texts>

const rightToLeft = new Set(['ar', 'he'])

export const languages: readonly Language[] = Object.entries(texts).map(([tag, all]) => ({
  tag,
  rightToLeft: rightToLeft.has(tag),
  t: translator(tag, all),
}))

export const english = languages[0]!

/** By one of the tags above, case-insensitively. */
export const findLanguage = (tag: string | undefined): Language | undefined =>
  languages.find((language) => language.tag.toLowerCase() === tag?.toLowerCase())

export const languageNamed = (tag: string | undefined): Language => findLanguage(tag) ?? english

/** The browser's most preferred language that the pages support, else English. */
export function preferredLanguage(acceptLanguage: string): Language {
  const ranges = acceptLanguage
    .slice(0, 500)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim())
      const weight = parameters.find((one) => one.startsWith('q='))
      return { tag: tag.toLowerCase(), weight: weight ? Number(weight.slice(2)) || 0 : 1 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
  for (const { tag } of ranges) {
    const found = findLanguage(tag) ?? findLanguage(closest(tag))
    if (found) return found
  }
  return english
}

function closest(tag: string): string {
  const [base = '', ...rest] = tag.split('-')
  if (base === 'pt') return 'pt-BR'
  if (base === 'no') return 'nb'
  if (base === 'iw') return 'he'
  if (base === 'zh') return rest.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part)) ? 'zh-TW' : 'zh-CN'
  return base
}

/** Whether a text exists, for keys built at run time, such as those of attributes. */
export const isTextKey = (key: string): key is TextKey => Object.hasOwn(en, key)

function translator(tag: string, all: Texts): Translate {
  const plurals = new Intl.PluralRules(tag)
  const numbers = new Intl.NumberFormat(tag)
  const form = (text: Text, count: string | number | undefined) =>
    typeof text === 'string' ? text : (text[plurals.select(Number(count))] ?? text.other)
  const isolated = (value: string) => (rightToLeft.has(tag) ? `\u2068${value}\u2069` : value)
  return (key, values = {}) =>
    form(all[key], values.count).replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name]
      if (value === undefined) return whole
      return typeof value === 'number' ? numbers.format(value) : isolated(value)
    })
}
