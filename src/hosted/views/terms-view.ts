import type { Scene } from './page-view.ts'

/** A sentence in parts, two of which are links. */
export type TermsView = { text: string; url: string }[]

const names = ['terms-of-use', 'privacy-policy'] as const

/** The documents' name for each page language. */
const languages: Record<string, string> = {
  de: 'german',
  en: 'english',
  es: 'spanish',
  fr: 'french',
  id: 'bahasa-indonesia',
  it: 'italian',
  ja: 'japanese',
  ko: 'korean',
  nl: 'dutch',
  'pt-BR': 'portuguese-brazil',
  'zh-CN': 'chinese-simplified',
  'zh-TW': 'chinese-traditional',
}

/** The terms that signing up accepts, if the client has both documents in the page's language or in any. */
export function termsView({ t, lang, brand }: Pick<Scene, 't' | 'lang' | 'brand'>): TermsView {
  const links = names.map((name) => {
    const byLanguage = brand?.terms[name] ?? {}
    return byLanguage[`cognito:${languages[lang]}`] ?? byLanguage['cognito:default']
  })
  const [terms, privacy] = links
  if (!terms || !privacy) return []
  const pieces: TermsView = [
    { text: t('signUp.termsOfUse'), url: terms },
    { text: t('signUp.privacyPolicy'), url: privacy },
  ]
  // Placeholders that occur in no text, so a translation may put the two links in either order.
  const [first, second] = ['{{terms}}', '{{privacy}}']
  return t('signUp.terms', { terms: first, privacy: second })
    .split(/(\{\{\w+\}\})/)
    .filter((text) => text !== '')
    .map((text) => (text === first ? pieces[0]! : text === second ? pieces[1]! : { text, url: '' }))
}
