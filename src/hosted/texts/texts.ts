import { requireInstalled } from '../../lib/installed.ts'
import { en, type Text, type TextKey, type Texts } from './en.ts'

export type { TextKey } from './en.ts'

/**
 * A text in the page's language. Numbers are formatted for it. In a language written from right to left, other values are
 * isolated, so that a phone number or an email address keeps its own order.
 */
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string

export interface Language {
  /** For the `lang` attribute. */
  tag: string
  /** What its speakers call it. */
  name: string
  rightToLeft: boolean
  t: Translate
}

/** Each language by the name that its speakers have for it. */
const names = {
  en: 'English',
  ar: 'العربية',
  cs: 'Čeština',
  da: 'Dansk',
  de: 'Deutsch',
  el: 'Ελληνικά',
  es: 'Español',
  fi: 'Suomi',
  fr: 'Français',
  he: 'עברית',
  hi: 'हिन्दी',
  hu: 'Magyar',
  id: 'Indonesia',
  it: 'Italiano',
  ja: '日本語',
  ko: '한국어',
  nb: 'Norsk bokmål',
  nl: 'Nederlands',
  pl: 'Polski',
  ro: 'Română',
  ru: 'Русский',
  sk: 'Slovenčina',
  sv: 'Svenska',
  th: 'ไทย',
  tr: 'Türkçe',
  uk: 'Українська',
  vi: 'Tiếng Việt',
  'pt-BR': 'Português (Brasil)',
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
}

const rightToLeft = new Set(['ar', 'he'])

export const languages: readonly Language[] = Object.entries(names).map(([tag, name]) => ({
  tag,
  name,
  rightToLeft: rightToLeft.has(tag),
  t: translator(tag),
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

/** Reads the texts when it is first called: most servers show few of the languages. */
function translator(tag: string): Translate {
  let translate: Translate | undefined
  return (key, values) => {
    translate ??= translatorOf(tag, textsOf(tag))
    return translate(key, values)
  }
}

/** A language's module exports its texts alone. */
function textsOf(tag: string): Texts {
  if (tag === 'en') return en
  return Object.values(requireInstalled<Record<string, Texts>>(`src/hosted/texts/${tag.toLowerCase()}`))[0]!
}

function translatorOf(tag: string, all: Texts): Translate {
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
