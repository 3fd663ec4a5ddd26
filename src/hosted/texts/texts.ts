import { en, type TextKey } from './en.ts'

export type { TextKey } from './en.ts'

/** A sentence in the language of the page. */
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string

export interface Language {
  /** For the `lang` attribute. */
  tag: string
  t: Translate
}

const english: Language = { tag: 'en', t: translator(en) }

export function languageNamed(_tag: string | undefined): Language {
  return english
}

/** Whether there is a text, for keys that are put together, such as those of attributes. */
export const isTextKey = (key: string): key is TextKey => Object.hasOwn(en, key)

function translator(texts: Record<TextKey, string>): Translate {
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}
