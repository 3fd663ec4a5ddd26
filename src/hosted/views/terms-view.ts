import type { Scene } from './page-view.ts'

/** A sentence in pieces, two of which are links. */
export type TermsView = { text: string; url: string }[]

const names = ['terms-of-use', 'privacy-policy'] as const

/** By the `lang` of a page: how the documents name the language. */
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

/** What signing up agrees to, where the client has both documents for the language of the page, or for any. */
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
  // Marks that no text has, so that a language may put the two in either order.
  const [first, second] = ['{{terms}}', '{{privacy}}']
  return t('signUp.terms', { terms: first, privacy: second })
    .split(/(\{\{\w+\}\})/)
    .filter((text) => text !== '')
    .map((text) => (text === first ? pieces[0]! : text === second ? pieces[1]! : { text, url: '' }))
}
